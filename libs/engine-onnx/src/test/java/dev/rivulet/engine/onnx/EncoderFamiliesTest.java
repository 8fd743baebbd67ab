// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.EncoderFacts.Output;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderFolder;
import dev.rivulet.modelpackage.folder.Readout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Encoders against transformers; {@code conformance/encoders} in the checkout writes the fixtures. */
class EncoderFamiliesTest {

    private static final Path ALL = Path.of("src/test/resources/encoders");
    private static final EncoderOptions OPTIONS = new EncoderOptions(1, 128, 1024);
    private static final OnnxEngine ENGINE = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());

    record Expected(List<Run> runs) {}

    record Run(
            String text,
            @Nullable String pair,
            int[] ids,
            int[] types,
            float @Nullable [] hidden,
            float @Nullable [] pooled,
            float @Nullable [] logits) {

        float[] read() {
            return pooled != null ? pooled : logits != null ? logits : new float[0];
        }
    }

    static List<String> names() throws Exception {
        try (var folders = Files.list(ALL)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static List<Run> runs(String name) throws Exception {
        String json = Files.readString(ALL.resolve(name).resolve("expected.json"));
        return JsonMapper.shared().readValue(json, Expected.class).runs();
    }

    private static List<Encoding> encoded(EncoderModel model, List<Run> runs) {
        return runs.stream()
                .map(run -> model.tokenizer().encode(run.text(), run.pair(), false))
                .toList();
    }

    private static void assertClose(float[] found, float[] wanted) {
        assertThat(found).hasSameSizeAs(wanted);
        float largest = 0;
        for (float value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            assertThat(found[i])
                    .as("value %d", i)
                    .isCloseTo(wanted[i], org.assertj.core.data.Offset.offset(1e-3f * largest));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void rowsOfDifferentLengthsInOneBatchEqualTheReference(String name) throws Exception {
        try (EncoderModel model = ENGINE.loadEncoder(ALL.resolve(name), OPTIONS)) {
            List<Run> runs = runs(name);
            List<float[]> values = model.runner().run(encoded(model, runs));

            for (int i = 0; i < runs.size(); i++) {
                assertClose(values.get(i), runs.get(i).read());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void textsAndPairsBecomeTheTokensAndSegmentsOfTheReference(String name) throws Exception {
        try (EncoderModel model = ENGINE.loadEncoder(ALL.resolve(name), OPTIONS)) {
            List<Run> runs = runs(name);
            List<Encoding> encoded = encoded(model, runs);

            for (int i = 0; i < runs.size(); i++) {
                assertThat(encoded.get(i).ids()).containsExactly(runs.get(i).ids());
                assertThat(encoded.get(i).types()).containsExactly(runs.get(i).types());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"bert-mean", "distilbert-max", "modernbert"})
    void hiddenStatesOfABatchEqualTheReference(String name) throws Exception {
        EncoderFolder folder = EncoderFolder.open(ALL.resolve(name));
        var states = folder.config().withReadout(new Readout.Hidden());
        try (EncoderModel model =
                OnnxEncoderModel.load(states, folder.weights(), folder.tokenizer(), OPTIONS, OnnxSettings.ofSystem())) {
            List<Run> runs = runs(name);
            List<float[]> values = model.runner().run(encoded(model, runs));

            for (int i = 0; i < runs.size(); i++) {
                assertClose(
                        values.get(i),
                        java.util.Objects.requireNonNull(runs.get(i).hidden()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"modernbert", "modernbert-sequence", "modernbert-tokens"})
    void theOlderSpellingOfAConfigurationIsReadAlike(String name, @TempDir Path folder) throws Exception {
        for (String file : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(ALL.resolve(name).resolve(file), folder.resolve(file));
        }
        Files.copy(ALL.resolve(name).resolve("config-of-transformers-4.json"), folder.resolve("config.json"));
        try (EncoderModel model = ENGINE.loadEncoder(folder, OPTIONS)) {
            List<Run> runs = runs(name);
            List<float[]> values = model.runner().run(encoded(model, runs));

            assertClose(values.get(2), runs.get(2).read());
        }
    }

    @Test
    void ourOwnClassifiersLoadAndKnowTheirLabels() throws Exception {
        Path built = Path.of("../../models/artefacts");
        try (EncoderModel intents = ENGINE.loadEncoder(built.resolve("rivulet-intent"), OPTIONS);
                EncoderModel slots = ENGINE.loadEncoder(built.resolve("rivulet-slots"), OPTIONS)) {
            assertThat(intents.facts().output()).isEqualTo(Output.LABELS);
            assertThat(slots.facts().output()).isEqualTo(Output.TOKEN_LABELS);
            Encoding text = intents.tokenizer().encode("turn off the lights in room 12 please", null, false);

            assertThat(best(intents, intents.runner().run(List.of(text)).getFirst(), 0))
                    .isEqualTo("light.off");

            Encoding spans = slots.tokenizer().encode("turn off the lights in room 12 please", null, true);
            float[] tags = slots.runner().run(List.of(spans)).getFirst();
            List<String> tagged = new ArrayList<>();
            for (int token = 0; token < spans.length(); token++) {
                String tag = best(slots, tags, token);
                if (!tag.equals("O") && spans.sources()[token] == 0) {
                    tagged.add(tag + "@" + spans.starts()[token] + "-" + spans.ends()[token]);
                }
            }
            assertThat(tagged).startsWith("B-room@23-27").endsWith("I-room@29-30");
        }
    }

    private static String best(EncoderModel model, float[] values, int token) {
        List<String> labels = model.facts().labels();
        int best = 0;
        for (int label = 1; label < labels.size(); label++) {
            int first = token * labels.size();
            best = values[first + label] > values[first + best] ? label : best;
        }
        return labels.get(best);
    }

    @Test
    void aLongSecondTextLosesItsEndAndKeepsTheFrame() throws Exception {
        try (EncoderModel model = ENGINE.loadEncoder(ALL.resolve("bert-cross"), OPTIONS)) {
            Encoding pair = model.tokenizer().encode("ok", "the lamp in room 7 is on", false);

            Encoding cut = pair.truncated(6);

            assertThat(cut.length()).isEqualTo(6);
            assertThat(cut.ids()[5]).isEqualTo(pair.ids()[pair.length() - 1]);
            assertThat(cut.types()).containsExactly(0, 0, 0, 1, 1, 1);
        }
    }

    @Test
    void givenTokensGetTheFrameOfAText() throws Exception {
        try (EncoderModel model = ENGINE.loadEncoder(ALL.resolve("bert-mean"), OPTIONS)) {
            Encoding text = model.tokenizer().encode("the lamp", null, false);
            int[] inner = {text.ids()[1], text.ids()[2]};

            assertThat(model.tokenizer().frame(inner).ids()).containsExactly(text.ids());
            assertThatThrownBy(() -> model.tokenizer().frame(new int[] {9_999}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aBatchBeyondTheLimitsIsRefusedAndAClosedRunnerSaysSo() throws Exception {
        EncoderModel model = ENGINE.loadEncoder(ALL.resolve("bert-mean"), new EncoderOptions(1, 16, 20));
        Encoding text = model.tokenizer().encode("the lamp in room 7 is on", null, false);
        assertThatThrownBy(() -> model.runner().run(List.of(text, text, text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tokens of a batch");
        model.close();
        assertThatThrownBy(() -> model.runner().run(List.of(text))).hasMessageContaining("closed");
    }

    @Test
    void anEncoderThatNeedsMoreMemoryThanIsAllowedIsRefusedWithNumbers() {
        OnnxEngine narrow = new OnnxEngine(new OnnxSettings(1 << 16, OnnxSettings.Spinning.OFF), Clock.systemUTC());

        assertThatThrownBy(() -> narrow.loadEncoder(ALL.resolve("bert-mean"), OPTIONS))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining("a batch of 1024 tokens");
    }

    @ParameterizedTest
    @CsvSource({
        "config.json, BertModel, RobertaModel, names RobertaModel",
        "config.json, gelu, swish, hidden_act",
        "config.json, type_vocab_size\": 2, position_embedding_type\": \"relative_key, position_embedding_type",
        "modules.json, models.Normalize, models.Dense, others are not supported",
        "modules.json, 1_Pooling, ../1_Pooling, must be the name of a folder",
    })
    void whatIsNotSupportedIsRefusedByName(String file, String found, String instead, String says, @TempDir Path folder)
            throws Exception {
        Path original = ALL.resolve("bert-mean");
        try (var files = Files.walk(original)) {
            for (Path one : files.toList()) {
                Path target = folder.resolve(original.relativize(one).toString());
                Files.copy(one, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(found);
        String quoted = instead.contains("relative_key") ? instead + "\"" : instead;
        Files.writeString(folder.resolve(file), text.replaceFirst(java.util.regex.Pattern.quote(found), quoted));

        assertThatThrownBy(() -> ENGINE.loadEncoder(folder, OPTIONS))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining(says);
    }
}
