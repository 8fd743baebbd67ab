// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.Answers.CHAT;
import static dev.rivulet.inference.completion.Answers.JSON;
import static dev.rivulet.inference.completion.Answers.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Answers of a model that knows nothing of JSON, held to a form. */
class StructuredOutputTest {

    private static final String SCHEMA = """
            {"type":"object","properties":{"room":{"enum":["kitchen","bath ü"]},"on":{"type":"boolean"},
             "level":{"type":"integer"},"tags":{"type":"array","items":{"type":"string","maxLength":4},"maxItems":2},
             "note":{"type":"string","pattern":"^[a-f]{2,3}\\"?$"}},
             "required":["room","on","tags","note"],"additionalProperties":false}""";

    private static Replica replica;
    private static Answers answers;

    @BeforeAll
    static void start() {
        replica = Replica.start().serving(4, 24, Watcher.NONE);
        answers = new Answers(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    private static String chat(String fields) {
        return "{\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":\"dice\"}]" + fields + "}";
    }

    @Test
    void everyAnswerThatEndsByItselfValidates() {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SCHEMA, InputFormat.JSON);
        String format =
                ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"light\",\"strict\":true,"
                        + "\"schema\":" + SCHEMA + "}}";
        for (String sampling :
                List.of("", ",\"temperature\":2,\"seed\":1", ",\"temperature\":1,\"top_p\":0.9,\"seed\":2")) {
            JsonNode whole = answers.whole(CHAT, chat(format + sampling + ",\"n\":3,\"max_tokens\":300"));
            for (JsonNode choice : whole.path("choices")) {
                assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
                String content = choice.at("/message/content").asString();
                assertThat(schema.validate(JSON.readTree(content))).as(content).isEmpty();
            }
        }
    }

    @Test
    void anAnswerToAnExpressionMatchesItAndStreamsTheSame() {
        String body = "{\"model\":\"fake\",\"prompt\":\"call\",\"max_tokens\":50,"
                + "\"structured_outputs\":{\"regex\":\"\\\\+49 [1-9][0-9]{2,3} ([0-9]{2} ?){3}ende\"}%s}";
        JsonNode whole = answers.whole(TEXT, body.formatted(""));
        String text = whole.at("/choices/0/text").asString();
        assertThat(text).matches("\\+49 [1-9][0-9]{2,3} ([0-9]{2} ?){3}ende");
        assertThat(whole.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(Answers.text(answers.chunks(TEXT, body.formatted(",\"stream\":true")), 0, "/text"))
                .isEqualTo(text);
    }

    @Test
    void anObjectIsAnObject() {
        String content = answers.whole(
                        CHAT,
                        chat(",\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":60,"
                                + "\"logit_bias\":{\"34\":60,\"125\":50}"))
                .at("/choices/0/message/content")
                .asString();
        assertThat(JSON.readTree(content).isObject()).as(content).isTrue();
    }

    @Test
    void guidedFieldsOfVllmMeanTheSame() {
        assertThat(answers.whole(CHAT, chat(",\"guided_regex\":\"[0-9]{5}\",\"max_tokens\":9"))
                        .at("/choices/0/message/content")
                        .asString())
                .matches("[0-9]{5}");
        assertThat(answers.whole(CHAT, chat(",\"guided_json\":{\"enum\":[17]},\"max_tokens\":9"))
                        .at("/choices/0/message/content")
                        .asString())
                .isEqualTo("17");
    }
}
