// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.Answers.CHAT;
import static dev.rivulet.inference.completion.Answers.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Several answers, log probabilities and the settings of the sampler, as OpenAI's clients send and read them. */
class AnswerShapeTest {

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
    void severalAnswersCountThePromptOnce() {
        JsonNode one = answers.whole(CHAT, chat(",\"temperature\":1.2,\"seed\":3,\"max_tokens\":12"));
        JsonNode five = answers.whole(CHAT, chat(",\"temperature\":1.2,\"seed\":3,\"max_tokens\":12,\"n\":5"));

        assertThat(five.path("choices").size()).isEqualTo(5);
        Set<String> texts = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            assertThat(five.at("/choices/" + i + "/index").asInt()).isEqualTo(i);
            texts.add(five.at("/choices/" + i + "/message/content").asString());
        }
        assertThat(texts).hasSizeGreaterThan(1);
        assertThat(five.at("/choices/0/message/content")).isEqualTo(one.at("/choices/0/message/content"));
        assertThat(five.at("/usage/prompt_tokens")).isEqualTo(one.at("/usage/prompt_tokens"));
        assertThat(five.at("/usage/completion_tokens").asInt()).isBetween(6, 60);
    }

    @Test
    void severalAnswersStreamWithTheirIndexAndSayTheSame() {
        String fields = ",\"temperature\":1.2,\"seed\":9,\"max_tokens\":20,\"n\":6";
        JsonNode whole = answers.whole(CHAT, chat(fields));
        List<JsonNode> chunks =
                answers.chunks(CHAT, chat(fields + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        for (int i = 0; i < 6; i++) {
            List<JsonNode> choices = Answers.choices(chunks, i);
            assertThat(choices.getFirst().at("/delta/role").asString()).isEqualTo("assistant");
            assertThat(choices.getLast().path("finish_reason").asString()).isIn("stop", "length");
            assertThat(choices)
                    .filteredOn(choice -> !choice.path("finish_reason").isNull())
                    .hasSize(1);
            assertThat(Answers.text(chunks, i, "/delta/content"))
                    .isEqualTo(whole.at("/choices/" + i + "/message/content").asString());
        }
        assertThat(chunks.getLast().path("usage")).isEqualTo(whole.path("usage"));
        assertThat(chunks.getLast().path("choices").isEmpty()).isTrue();
    }

    @Test
    void logProbabilitiesOfAChatSumUpToItsText() {
        JsonNode whole = answers.whole(CHAT, chat(",\"max_tokens\":30,\"logprobs\":true,\"top_logprobs\":4"));
        JsonNode content = whole.at("/choices/0/logprobs/content");
        assertThat(content.isEmpty()).isFalse();
        for (JsonNode token : content) {
            assertThat(token.path("logprob").asDouble()).isBetween(-20.0, 0.0);
            assertThat(token.path("top_logprobs").size()).isEqualTo(4);
            assertThat(token.at("/top_logprobs/0/token")).isEqualTo(token.path("token"));
            assertThat(token.at("/top_logprobs/0/logprob").asDouble())
                    .isGreaterThanOrEqualTo(token.at("/top_logprobs/1/logprob").asDouble());
        }
        assertThat(bytes(List.of(content)))
                .isEqualTo(whole.at("/choices/0/message/content").asString());
        assertThat(whole.at("/choices/0/logprobs/refusal").isNull()).isTrue();
    }

    @Test
    void logProbabilitiesStreamAndStopBeforeAStopString() {
        String text = answers.whole(CHAT, chat(",\"max_tokens\":30"))
                .at("/choices/0/message/content")
                .asString();
        String fields = ",\"max_tokens\":30,\"logprobs\":true,\"stop\":[\"" + text.substring(4, 7) + "\"]";
        List<JsonNode> chunks = answers.chunks(CHAT, chat(fields + ",\"stream\":true"));
        List<JsonNode> contents = Answers.choices(chunks, 0).stream()
                .map(choice -> choice.at("/logprobs/content"))
                .filter(JsonNode::isArray)
                .toList();
        String expected = text.substring(0, text.indexOf(text.substring(4, 7)));
        assertThat(bytes(contents)).isEqualTo(expected);
        assertThat(Answers.text(chunks, 0, "/delta/content")).isEqualTo(expected);
    }

    @Test
    void aTokenBeyondTheTwentyLikeliestHasMinus9999() {
        JsonNode whole = answers.whole(
                CHAT, chat(",\"max_tokens\":1,\"logprobs\":true,\"temperature\":0,\"logit_bias\":{\"90\":100}"));
        assertThat(whole.at("/choices/0/message/content").asString()).isEqualTo("Z");
        assertThat(whole.at("/choices/0/logprobs/content/0/logprob").asDouble()).isEqualTo(-9999.0);
        assertThat(whole.at("/choices/0/logprobs/content/0/top_logprobs").isEmpty())
                .isTrue();
    }

    @Test
    void splitCodePointsAreWholeInTheTextAndBytesInTheLogProbabilities() {
        JsonNode whole = answers.whole(
                CHAT,
                chat(",\"max_tokens\":2,\"logprobs\":true,\"logit_bias\":{\"195\":100,\"188\":99},"
                        + "\"presence_penalty\":2"));
        assertThat(whole.at("/choices/0/message/content").asString()).isEqualTo("ü");
        JsonNode content = whole.at("/choices/0/logprobs/content");
        assertThat(content.at("/0/bytes/0").asInt()).isEqualTo(0xc3);
        assertThat(content.at("/1/bytes/0").asInt()).isEqualTo(0xbc);
        assertThat(content.at("/0/token").asString()).isEqualTo("\ufffd");
    }

    @Test
    void logProbabilitiesOfATextHaveOffsets() {
        String body = "{\"model\":\"fake\",\"prompt\":\"once\",\"max_tokens\":9,\"logprobs\":2%s}";
        JsonNode whole = answers.whole(TEXT, body.formatted(""));
        JsonNode logprobs = whole.at("/choices/0/logprobs");
        int count = logprobs.path("tokens").size();
        assertThat(count).isPositive();
        assertThat(List.of("token_logprobs", "top_logprobs", "text_offset"))
                .allMatch(name -> logprobs.path(name).size() == count);
        String text = whole.at("/choices/0/text").asString();
        for (int i = 0; i < count; i++) {
            String token = logprobs.at("/tokens/" + i).asString();
            assertThat(text.startsWith(token, logprobs.at("/text_offset/" + i).asInt()))
                    .isTrue();
            assertThat(logprobs.at("/top_logprobs/" + i).size()).isEqualTo(2);
        }
        List<JsonNode> chunks = answers.chunks(TEXT, body.formatted(",\"stream\":true"));
        assertThat(Answers.text(chunks, 0, "/text")).isEqualTo(text);
        assertThat(Answers.choices(chunks, 0).stream()
                        .mapToInt(choice -> choice.at("/logprobs/tokens").size())
                        .sum())
                .isEqualTo(count);
    }

    @Test
    void penaltiesAndMinPReachTheSampler() {
        String plain = answers.whole(CHAT, chat(",\"max_tokens\":24,\"logit_bias\":{\"113\":9}"))
                .at("/choices/0/message/content")
                .asString();
        assertThat(plain).matches("q+");
        for (String penalty : List.of("frequency_penalty\":2", "repetition_penalty\":2")) {
            String varied = answers.whole(CHAT, chat(",\"max_tokens\":24,\"logit_bias\":{\"113\":9},\"" + penalty))
                    .at("/choices/0/message/content")
                    .asString();
            assertThat(varied).isNotEqualTo(plain);
        }
        String greedy = answers.whole(CHAT, chat(",\"max_tokens\":24"))
                .at("/choices/0/message/content")
                .asString();
        assertThat(answers.whole(CHAT, chat(",\"max_tokens\":24,\"temperature\":1.5,\"min_p\":1"))
                        .at("/choices/0/message/content")
                        .asString())
                .isEqualTo(greedy);
    }

    private static String bytes(List<JsonNode> contents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<JsonNode> tokens = new ArrayList<>();
        contents.forEach(content -> content.forEach(tokens::add));
        tokens.forEach(token -> token.path("bytes").forEach(one -> bytes.write(one.asInt())));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
