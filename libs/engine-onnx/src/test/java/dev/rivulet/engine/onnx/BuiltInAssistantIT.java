// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.Sampling;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built-in decoder against the forward pass of its training code, whose results are stored beside it. */
class BuiltInAssistantIT {

    private static final Path ARTEFACTS = Path.of("..", "..", "models", "artefacts");
    private static final int ANSWER = 24;

    private static LanguageModel model;
    private static List<Expected> cases;

    private record Expected(List<ChatMessage> messages, int[] ids, double[] logits, int[] greedy) {}

    @BeforeAll
    static void load() throws Exception {
        model = new OnnxEngine().load(ARTEFACTS.resolve("rivulet-assistant"), new EngineOptions(8, 256, 1, 256));
        Path fixture = ARTEFACTS.resolve("fixtures").resolve("rivulet-assistant-logits.json");
        cases = new ArrayList<>();
        for (JsonNode node :
                JsonMapper.shared().readTree(Files.readString(fixture)).get("cases")) {
            cases.add(read(node));
        }
        assertThat(cases).isNotEmpty();
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void templateAndTokenizerGiveTheTokensOfTheTraining() throws Exception {
        for (Expected expected : cases) {
            var prompt = model.chatTemplate().render(expected.messages(), true);
            assertThat(model.tokenizer().encode(prompt)).isEqualTo(expected.ids());
        }
    }

    @Test
    void logitsEqualTheIndependentForwardPass() {
        for (Expected expected : cases) {
            assertClose(model.decoder().prefill(0, 0, expected.ids()), expected.logits());
        }
    }

    @Test
    void greedyAnswersOfABatchEqualThoseOfTheTrainingCode() {
        DecoderRunner decoder = model.decoder();
        int rows = cases.size();
        int[] next = new int[rows];
        int[] positions = new int[rows];
        int[][] answers = new int[rows][ANSWER];
        for (int row = 0; row < rows; row++) {
            next[row] = pick(decoder.prefill(row, 0, cases.get(row).ids()), 0);
            positions[row] = cases.get(row).ids().length;
        }
        for (int step = 0; step < ANSWER; step++) {
            FloatBuffer logits = decoder.decode(rows, next, positions);
            for (int row = 0; row < rows; row++) {
                answers[row][step] = next[row];
                next[row] = pick(logits, row);
                positions[row]++;
            }
        }
        for (int row = 0; row < rows; row++) {
            assertThat(answer(answers[row])).isEqualTo(answer(cases.get(row).greedy()));
            assertThat(answers[row])
                    .as("row %d alone", row)
                    .isEqualTo(alone(cases.get(row).ids()));
        }
    }

    @Test
    void aPrefillInChunksEqualsOnePrefill() {
        DecoderRunner decoder = model.decoder();
        for (Expected expected : cases) {
            int[] ids = expected.ids();
            for (int chunk : new int[] {1, 5, 16}) {
                for (int at = 0; at < ids.length; at += chunk) {
                    int end = Math.min(ids.length, at + chunk);
                    FloatBuffer logits = decoder.prefill(5, at, Arrays.copyOfRange(ids, at, end));
                    if (end == ids.length) {
                        assertClose(logits, expected.logits());
                    }
                }
            }
        }
    }

    private static int[] alone(int[] ids) {
        DecoderRunner decoder = model.decoder();
        int[] answer = new int[ANSWER];
        int token = pick(decoder.prefill(0, 0, ids), 0);
        for (int step = 0; step < ANSWER; step++) {
            answer[step] = token;
            token = pick(decoder.decode(1, new int[] {token}, new int[] {ids.length + step}), 0);
        }
        return answer;
    }

    /** The tokens up to the first that ends the answer: what follows is of no use to anybody. */
    private static int[] answer(int[] tokens) {
        int length = 0;
        while (length < tokens.length && !model.facts().endTokens().contains(tokens[length])) {
            length++;
        }
        return Arrays.copyOf(tokens, length);
    }

    private static int pick(FloatBuffer logits, int row) {
        int size = model.facts().vocabularySize();
        return new Sampler(Sampling.GREEDY, new SplittableRandom(0)).pick(logits, row * size, size);
    }

    private static void assertClose(FloatBuffer actual, double[] expected) {
        double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < expected.length; token++) {
            double logit = actual.get(token);
            assertThat(logit).isCloseTo(expected[token], offset(1e-3 * most));
        }
    }

    private static Expected read(JsonNode node) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : node.get("messages")) {
            messages.add(new ChatMessage(
                    message.get("role").stringValue(), message.get("content").stringValue()));
        }
        return new Expected(
                messages,
                ints(node.get("ids")),
                node.get("last_logits")
                        .valueStream()
                        .mapToDouble(JsonNode::doubleValue)
                        .toArray(),
                ints(node.get("greedy_24")));
    }

    private static int[] ints(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
