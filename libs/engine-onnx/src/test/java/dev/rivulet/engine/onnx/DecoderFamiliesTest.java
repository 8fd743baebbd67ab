// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.onnx.DecoderFixture.Answer;
import dev.rivulet.engine.onnx.DecoderFixture.Run;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family against transformers: within 1e-3 of the largest logit, and the same greedy tokens. */
class DecoderFamiliesTest {

    private static final double APART = 1e-3;

    static List<String> families() throws Exception {
        return DecoderFixture.names();
    }

    @ParameterizedTest
    @MethodSource("families")
    void aPromptInOnePieceGivesTheLogitsOfTheReference(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder = fixture.open(run.contextLength(), 2, 64)) {
                for (Answer answer : run.answers()) {
                    assertClose(decoder.prefill(1, 0, answer.prompt()), answer.logits());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void aPromptInOddChunksGivesThemToo(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder = fixture.open(run.contextLength(), 1, 7)) {
                for (int chunk : new int[] {1, 3, 5, 7}) {
                    for (Answer answer : run.answers()) {
                        assertClose(prefill(decoder, 0, answer.prompt(), chunk), answer.logits());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void rowsOfDifferentLengthsDecodeTogetherAsTheReferenceDecodesEach(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder =
                    fixture.open(run.contextLength(), run.answers().size(), 5)) {
                decodeTogether(decoder, run.answers());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void draftsAreVerifiedAsTheReferenceDecodesWhetherTheyAreRightOrWrong(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder = fixture.open(run.contextLength(), 2, 5)) {
                for (Answer answer : run.answers()) {
                    prefill(decoder, 1, answer.prompt(), 5);
                    verifyInTurns(decoder, answer);
                }
            }
        }
    }

    /** Three right tokens, a wrong one and another; on from behind the right ones. */
    private static void verifyInTurns(DecoderRunner decoder, Answer answer) {
        int[] greedy = answer.greedy();
        for (int done = 0; done + 1 < greedy.length; done += 3) {
            int right = Math.min(3, greedy.length - done);
            int[] draft = Arrays.copyOf(Arrays.copyOfRange(greedy, done, done + right), right + 1);
            draft[right] = 1 + done;
            FloatBuffer logits = decoder.verify(1, answer.prompt().length + done, draft);
            for (int row = 0; row < right && done + row + 1 < greedy.length; row++) {
                assertThat(best(logits, row, decoder.vocabularySize())).isEqualTo(greedy[done + row + 1]);
            }
        }
    }

    private static void decodeTogether(DecoderRunner decoder, List<Answer> answers) {
        int rows = answers.size();
        int vocabulary = decoder.vocabularySize();
        int[] next = new int[rows];
        for (int row = 0; row < rows; row++) {
            Answer answer = answers.get(row);
            next[row] = best(prefill(decoder, row, answer.prompt(), 5), 0, vocabulary);
        }
        int steps = answers.getFirst().greedy().length;
        for (int step = 0; step < steps; step++) {
            int[] positions = new int[rows];
            for (int row = 0; row < rows; row++) {
                assertThat(next[row]).isEqualTo(answers.get(row).greedy()[step]);
                positions[row] = answers.get(row).prompt().length + step;
            }
            FloatBuffer logits = decoder.decode(rows, next, positions);
            for (int row = 0; row < rows; row++) {
                next[row] = best(logits, row, vocabulary);
                if (step + 1 == steps) {
                    assertClose(
                            logits.slice(row * vocabulary, vocabulary),
                            answers.get(row).logitsAfter());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void bothSpellingsOfAConfigurationMeanTheSame(String family, @TempDir Path copy) throws Exception {
        Path folder = DecoderFixture.of(family).folder();
        Files.copy(folder.resolve("config-of-transformers-4.json"), copy.resolve("config.json"));
        assertThat(ModelFolder.open(copy).config())
                .isEqualTo(ModelFolder.open(folder).config());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            gemma2 | "attn_logit_softcapping": 3.0 | "attn_logit_softcapping": null
            gemma2 | "final_logit_softcapping": 12.0 | "final_logit_softcapping": null
            gemma2 | "query_pre_attn_scalar": 20 | "query_pre_attn_scalar": 16
            gemma3 | "sliding_window": 6 | "sliding_window": 7
            gemma3 | "rope_theta": 10000.0 | "rope_theta": 500.0
            gemma3 | "factor": 4.0 | "factor": 3.0
            llama3 | "rope_type": "llama3" | "rope_type": "default"
            mistral | "sliding_window": 5 | "sliding_window": 4
            phi3 | "sliding_window": 9 | "sliding_window": null
            phi3-longrope | "partial_rotary_factor": 0.5 | "partial_rotary_factor": 0.5, "attention_factor": 1.0
            qwen2 | "sliding_window": 6 | "sliding_window": 5
            qwen3 | "rms_norm_eps": 1e-06 | "rms_norm_eps": 0.1
            smollm3 | "no_rope_layers": [ | "no_rope_layers": [1, 1, 0], "unread": [
            """)
    void aChangeOfOneSettingShowsInTheLogits(String family, String from, String to, @TempDir Path copy)
            throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        String config = Files.readString(fixture.folder().resolve("config.json"));
        String changed = config.replace(from, to);
        assertThat(changed).isNotEqualTo(config);
        Files.writeString(copy.resolve("config.json"), changed);
        Files.copy(fixture.folder().resolve("model.safetensors"), copy.resolve("model.safetensors"));
        Answer answer = fixture.expected().runs().getFirst().answers().getFirst();
        try (DecoderRunner decoder = new DecoderFixture(copy, fixture.expected()).open(0, 1, 64)) {
            assertThat(apart(decoder.prefill(0, 0, answer.prompt()), answer.logits()))
                    .isGreaterThan(5 * APART);
        }
    }

    @Test
    void everySupportedArchitectureHasAFixture() throws Exception {
        var architectures = new java.util.TreeSet<String>();
        for (String name : DecoderFixture.names()) {
            architectures.add(
                    ModelFolder.open(DecoderFixture.of(name).folder()).config().architecture());
        }
        assertThat(architectures).containsExactlyInAnyOrderElementsOf(ModelFolder.supportedArchitectures());
    }

    private static FloatBuffer prefill(DecoderRunner decoder, int slot, int[] prompt, int chunk) {
        FloatBuffer logits = FloatBuffer.allocate(0);
        for (int start = 0; start < prompt.length; start += chunk) {
            int end = Math.min(prompt.length, start + chunk);
            logits = decoder.prefill(slot, start, Arrays.copyOfRange(prompt, start, end));
        }
        return logits;
    }

    static int best(FloatBuffer logits, int row, int vocabulary) {
        int best = 0;
        for (int token = 1; token < vocabulary; token++) {
            best = logits.get(row * vocabulary + token) > logits.get(row * vocabulary + best) ? token : best;
        }
        return best;
    }

    static void assertClose(FloatBuffer actual, float[] expected) {
        assertThat(actual.remaining()).isEqualTo(expected.length);
        assertThat(apart(actual, expected)).isLessThan(APART);
    }

    /** Largest difference, as a share of the largest expected value. */
    private static double apart(FloatBuffer actual, float[] expected) {
        float most = 0;
        float apart = 0;
        for (int token = 0; token < expected.length; token++) {
            most = Math.max(most, Math.abs(expected[token]));
            apart = Math.max(apart, Math.abs(actual.get(token) - expected[token]));
        }
        return apart / most;
    }
}
