// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** Schemas that are malformed, say what a grammar can't hold to, or are too large: all are told where. */
class SchemaRefusalTest {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "false; ''",
                "{'type':'frog'}; type",
                "{'type':'number','minimum':3}; minimum",
                "{'type':['integer','number'],'maximum':3}; maximum",
                "{'type':'integer','multipleOf':3}; multipleOf",
                "{'type':'integer','minimum':'3'}; minimum",
                "{'type':'integer','maximum':1e-999999999}; maximum",
                "{'properties':{'a':{'type':'integer','minimum':1e999999999}}}; properties.a",
                "{'properties':{'a':{'type':'integer','minimum':4,'maximum':3}}}; properties.a",
                "{'properties':{'a':{'type':'integer','exclusiveMinimum':3,'exclusiveMaximum':4}}}; properties.a",
                "{'properties':{'a':{'type':'integer','minimum':1e15}}}; properties.a",
                "{'type':'array','uniqueItems':true}; uniqueItems",
                "{'oneOf':[true]}; oneOf",
                "{'not':{}}; not",
                "{'properties':{'a':{'type':'string','format':'email'}}}; properties.a.format",
                "{'properties':{'a':{'type':'string','pattern':'(?=x)'}}}; properties.a.pattern",
                "{'properties':{'a':{'type':'string','pattern':'x','maxLength':3}}}; properties.a.maxLength",
                "{'properties':{'a':{}},'required':['b']}; required",
                "{'properties':{'a':{}},'additionalProperties':{'type':'string'}}; additionalProperties",
                "{'properties':{'a':{}},'patternProperties':{}}; patternProperties",
                "{'anyOf':[{'type':'string'},{'type':'array','items':{'$ref':'#/$defs/no'}}]}; anyOf[1].items.$ref",
                "{'$ref':'http://169.254.169.254/schema'}; $ref",
                "{'anyOf':[]}; anyOf",
                "{'enum':[]}; enum",
                "{'type':'array','minItems':3,'maxItems':2}; maxItems",
                "{'type':'string','maxLength':-1}; maxLength",
                "{'type':'string','maxLength':'x'}; maxLength",
                "{'$ref':'#'}; ''",
                "{'anyOf':[{'$ref':'#'},{'type':'null'}]}; ''",
                "{'properties':{'a':{'$ref':'#'}},'required':['a'],'type':'object'}; ''",
                "{'type':'string','minLength':60000}; ''"
            })
    void isToldWhere(String schema, String path) {
        assertThat(refusal(schema.replace('\'', '"')).path()).isEqualTo(path);
    }

    @Test
    void anEnumBeyondItsLimitIsRefused() {
        String values = IntStream.range(0, 1001).mapToObj(String::valueOf).collect(Collectors.joining(","));
        assertThat(refusal("{\"enum\":[" + values + "]}")).hasMessageContaining("1000");
    }

    @Test
    void aLongChainOfReferencesIsRefused() {
        String chain = IntStream.range(0, 2000)
                .mapToObj(i -> "\"d" + i + "\":{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}")
                .collect(Collectors.joining(","));
        String schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + chain + ",\"d2000\":{\"type\":\"null\"}}}";
        assertThat(refusal(schema)).hasMessageContaining("nested deeper");
    }

    private static GrammarRefusedException refusal(String schema) {
        return catchThrowableOfType(
                GrammarRefusedException.class, () -> Grammars.compile(new AnswerForm.Schema(JSON.readTree(schema))));
    }
}
