// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.DecoderFixture.Answer;
import dev.rivulet.engine.onnx.DecoderFixture.Run;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every family with 8- and 4-bit weights. Fixtures are random, so that rounding is the largest share it can be; a matrix that is
 * left out, cut at another row or turned gives an error of about 1.4.
 */
class QuantisedFamiliesTest {

    /** Of 8-bit weights and activations. */
    private static final double MOST_OF_8_BITS = 0.12;

    /** Of 8-bit activations alone. */
    private static final double MOST_OF_ACTIVATIONS = 0.12;

    private static final double ROUNDING_SHOWS = 1e-5;
    private static final int NARROW = 48;
    private static final int WIDE = 64;

    @TempDir
    Path wide;

    @ParameterizedTest
    @MethodSource("dev.rivulet.engine.onnx.DecoderFamiliesTest#families")
    void eightBitsStayNearWhatTransformersComputes(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        ModelFolder model = ModelFolder.open(fixture.folder());
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder = open(model.config(), model.weights(), run, WeightKind.W8R)) {
                for (Answer answer : run.answers()) {
                    assertThat(error(decoder.prefill(0, 0, answer.prompt()), answer.logits()))
                            .as("relative RMS error")
                            .isBetween(ROUNDING_SHOWS, MOST_OF_8_BITS);
                }
            }
        }
    }

    /** 4 bits leave little of random weights; what they stand for is known, and float arithmetic over that is the reference. */
    @ParameterizedTest
    @MethodSource("dev.rivulet.engine.onnx.DecoderFamiliesTest#families")
    void fourBitsGiveWhatFloatsOfTheirValuesGive(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        DecoderConfig config = widened(fixture.folder());
        Weights weights = new WidenedWeights(ModelFolder.open(fixture.folder()).weights(), NARROW, WIDE);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner floats = open(config, new RoundedWeights(weights), run, WeightKind.F32);
                    DecoderRunner decoder = open(config, weights, run, WeightKind.INT4)) {
                for (Answer answer : run.answers()) {
                    float[] expected = new float[answer.logits().length];
                    floats.prefill(0, 0, answer.prompt()).get(expected);
                    assertThat(error(decoder.prefill(0, 0, answer.prompt()), expected))
                            .as("relative RMS error")
                            .isBetween(ROUNDING_SHOWS, MOST_OF_ACTIVATIONS);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rivulet.engine.onnx.DecoderFamiliesTest#families")
    void zerosThatWidenTheFixturesChangeNoLogit(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        Weights weights = new WidenedWeights(ModelFolder.open(fixture.folder()).weights(), NARROW, WIDE);
        Run run = fixture.expected().runs().getFirst();
        try (DecoderRunner decoder = open(widened(fixture.folder()), weights, run, WeightKind.F32)) {
            for (Answer answer : run.answers()) {
                DecoderFamiliesTest.assertClose(decoder.prefill(0, 0, answer.prompt()), answer.logits());
            }
        }
    }

    private DecoderConfig widened(Path folder) throws Exception {
        String config = Files.readString(folder.resolve("config.json"));
        String widened = config.replace("\"intermediate_size\": " + NARROW, "\"intermediate_size\": " + WIDE);
        assertThat(widened).isNotEqualTo(config);
        Files.writeString(wide.resolve("config.json"), widened);
        return ModelFolder.open(wide).config();
    }

    private static DecoderRunner open(DecoderConfig config, Weights weights, Run run, WeightKind kind)
            throws Exception {
        EngineOptions options = new EngineOptions(1, run.contextLength(), 1, 64).withWeights(kind, null);
        return LoadedDecoder.load(config, weights, options, OnnxSettings.ofSystem())
                .runner();
    }

    static double error(FloatBuffer logits, float[] original) {
        assertThat(logits.remaining()).isEqualTo(original.length);
        double apart = 0;
        double size = 0;
        for (int token = 0; token < original.length; token++) {
            apart += Math.pow(logits.get(token) - original[token], 2);
            size += Math.pow(original[token], 2);
        }
        return Math.sqrt(apart / size);
    }
}
