// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a model prefers among the tokens that are allowed, the answer is JSON and validates. Another seed: {@code -Drivulet.seed=n}. */
class SchemaSimulation {

    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();
    private final GrammarFixture fixture = new GrammarFixture();

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    static LongStream thousandsOfSeeds() {
        return LongStream.range(60, 4_000);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("thousandsOfSeeds")
    void everyAnswerValidatesInThousandsOfRuns(long offset) throws Exception {
        everyAnswerValidates(offset);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyAnswerValidates(long offset) throws Exception {
        long seed = Long.getLong("rivulet.seed", 20_261_125L) + offset;
        SplittableRandom random = new SplittableRandom(seed);
        String source = new RandomSchema(random).next();
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(source, InputFormat.JSON);
        TokenGrammar grammar = fixture.grammar(new AnswerForm.Schema(JSON.readTree(source)));
        for (int i = 0; i < 6; i++) {
            String answer = fixture.write(grammar, random);
            JsonNode value = STRICT.readTree(answer);
            assertThat(errors(schema, value))
                    .as("seed %d: %s against %s", seed, answer, source)
                    .isEmpty();
        }
    }

    /** The validator compares with a whole number by 64 bits, and fails at larger ones: it has no say in those. */
    private static List<?> errors(Schema schema, JsonNode value) {
        try {
            return schema.validate(value);
        } catch (JsonNodeException e) {
            assertThat(e).hasMessageContaining("value not in 64-bit `long` range");
            return List.of();
        }
    }

    @Test
    void anyObjectIsAnObject() throws Exception {
        TokenGrammar grammar = fixture.grammar(new AnswerForm.AnyObject());
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 50; i++) {
            assertThat(STRICT.readTree(fixture.write(grammar, random)).isObject())
                    .isTrue();
        }
        assertThat(fixture.accepts(grammar, "{\"a\": [1, {\"b\": null}], \"ü\": \"\\u00e9\\n\"}"))
                .isTrue();
        assertThat(fixture.accepts(grammar, "{\"a\": 01}")).isFalse();
        assertThat(fixture.accepts(grammar, "{\"a\": \"\\ud800\"}")).isFalse();
        assertThat(fixture.accepts(grammar, "[1]")).isFalse();
    }

    @Test
    void nestingIsBoundedAndWhatIsBegunCanBeFinished() throws Exception {
        TokenGrammar grammar = fixture.grammar(new AnswerForm.AnyObject());
        int deepest = 0;
        for (int depth = 1; depth < 200; depth++) {
            String answer = "{\"a\":".repeat(depth) + "0" + "}".repeat(depth);
            deepest = fixture.accepts(grammar, answer) ? depth : deepest;
        }
        assertThat(deepest).isBetween(20, 64);
    }

    @Test
    void optionalPropertiesMayBeLeftOutInAnyCombination() throws Exception {
        TokenGrammar grammar = fixture.grammar(new AnswerForm.Schema(JSON.readTree(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2},\"c\":{\"const\":3}},"
                        + "\"required\":[\"b\"],\"additionalProperties\":false}")));
        assertThat(fixture.accepts(grammar, "{\"b\":2}")).isTrue();
        assertThat(fixture.accepts(grammar, "{\"a\": 1, \"b\": 2}")).isTrue();
        assertThat(fixture.accepts(grammar, "{\"b\":2,\"c\":3}")).isTrue();
        assertThat(fixture.accepts(grammar, "{\"a\":1,\"b\":2,\"c\":3}")).isTrue();
        assertThat(fixture.accepts(grammar, "{\"a\":1}")).isFalse();
        assertThat(fixture.accepts(grammar, "{\"a\":1,\"c\":3}")).isFalse();
        assertThat(fixture.accepts(grammar, "{,\"b\":2}")).isFalse();
        assertThat(fixture.accepts(grammar, "{\"b\":2,}")).isFalse();
    }
}
