// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.OnnxSettings.Spinning;
import dev.rivulet.engine.onnx.device.Device;
import dev.rivulet.engine.onnx.device.Provider;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.graph.Half;
import dev.rivulet.testsupport.DecoderRunnerContractTest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bound runs over 16-bit weights and cache, here with the processor as the device: the calls are those that a GPU gets. */
class DeviceDecoderRunnerTest extends DecoderRunnerContractTest {

    private static final EngineOptions OPTIONS = new EngineOptions(4, 64, 1, 16);

    @TempDir
    Path folder;

    @Override
    protected LanguageModel open(EngineOptions options) throws Exception {
        return engine(Provider.CPU, Half.F16).load(tiny(), options);
    }

    /** Of numbers with 11 bits. */
    @Override
    protected float tolerance() {
        return 4e-3f;
    }

    @ParameterizedTest
    @MethodSource("dev.rivulet.engine.onnx.DecoderFamiliesTest#families")
    void logitsOfAFamilyAreThoseOfTheEnginesOwnWayUpToTheNumbers(String family) throws Exception {
        Path model = DecoderFixture.of(family).folder();
        int[] prompt = {3, 1, 4, 1, 5, 9, 2, 6};
        ModelFolder read = ModelFolder.open(model);
        try (DecoderRunner bound = LoadedDecoder.load(
                                read.config(), read.weights(), OPTIONS, settings(Provider.CPU, Half.F16))
                        .runner();
                DecoderRunner own = LoadedDecoder.load(read.config(), read.weights(), OPTIONS, OnnxSettings.ofSystem())
                        .runner()) {
            assertThat(difference(bound.prefill(1, 0, prompt), own.prefill(1, 0, prompt)))
                    .isLessThan(0.01);
        }
    }

    @Test
    void numbersThatADeviceCannotComputeWithAreRefusedWithWhatItSays() {
        assertThatExceptionOfType(ModelRejectedException.class)
                .as("the processor has no operators for bfloat16")
                .isThrownBy(() ->
                        engine(Provider.CPU, Half.BF16).load(tiny(), OPTIONS).close())
                .withMessageContaining("refuses the model on CPU");
    }

    @Test
    void aModelTakesHalfTheMemory() throws Exception {
        try (LanguageModel bound = open(OPTIONS);
                LanguageModel own = new OnnxEngine().load(tiny(), OPTIONS)) {
            assertThat((double) bound.facts().memoryBytes() / own.facts().memoryBytes())
                    .isBetween(0.4, 0.7);
        }
    }

    @Test
    void aModelThatCannotBeHandedOverIsRefusedWithNumbers() {
        OnnxSettings narrow =
                new OnnxSettings(1 << 16, Spinning.OFF, 1L << 30, Optional.of(new Device(Provider.CPU, Half.F16)));
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> new OnnxEngine(narrow, Clock.systemUTC())
                        .load(tiny(), OPTIONS)
                        .close())
                .withMessageContaining("are allowed");
    }

    @Test
    void aDeviceThatIsNotThereIsRefusedWithWhatToDo() {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() ->
                        engine(Provider.CUDA, Half.F16).load(tiny(), OPTIONS).close())
                .withMessageMatching("(?s).*(onnxruntime_gpu|needs CUDA and cuDNN).*");
    }

    @Test
    void whatOnlyTheProcessorDoesIsRefusedWithWhatToTakeInstead() {
        refused(OPTIONS.withWeights(WeightKind.INT4, null), "weights of int4");
        refused(OPTIONS.withCache(CacheKind.INT8), "8-bit KV cache");
    }

    private void refused(EngineOptions options, String what) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> open(options).close())
                .withMessageContainingAll(what, "take f32");
    }

    private Path tiny() throws Exception {
        return TinyLlama.random(4, 2, false, "F32", 7).write(folder.resolve("tiny"));
    }

    private static OnnxEngine engine(Provider provider, Half half) {
        return new OnnxEngine(settings(provider, half), Clock.systemUTC());
    }

    private static OnnxSettings settings(Provider provider, Half half) {
        return new OnnxSettings(1L << 30, Spinning.OFF, 1L << 30, Optional.of(new Device(provider, half)));
    }

    /** Relative root mean square. */
    private static double difference(FloatBuffer actual, FloatBuffer expected) {
        double squares = 0;
        double all = 0;
        for (int i = 0; i < expected.remaining(); i++) {
            squares += Math.pow(actual.get(i) - expected.get(i), 2);
            all += Math.pow(expected.get(i), 2);
        }
        return Math.sqrt(squares / all);
    }
}
