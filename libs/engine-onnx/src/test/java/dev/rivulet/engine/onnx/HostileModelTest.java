// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.onnx.OnnxSettings.Spinning;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileModelTest {

    private static final EngineOptions OPTIONS = new EngineOptions(2, 0, 1, 16);

    @TempDir
    Path folder;

    private final TinyLlama model = TinyLlama.random(4, 2, false, "F32", 3);

    @Test
    void aTensorOfAnotherShapeIsRefused() throws Exception {
        rewrite(shapes -> shapes.put("model.norm.weight", new int[] {1, 64}));
        refused("model.norm.weight", "[1, 64]", "must be [64]");
    }

    @Test
    void aConfigurationOfAnotherSizeIsRefused() throws Exception {
        model.write(folder);
        config("\"intermediate_size\": 96", "\"intermediate_size\": 128");
        refused("mlp.gate_proj.weight", "[96, 64]", "must be [128, 64]");
    }

    @Test
    void aMissingTensorIsRefused() throws Exception {
        rewrite(shapes -> shapes.remove("model.layers.1.mlp.up_proj.weight"));
        refused("model.layers.1.mlp.up_proj.weight");
    }

    @Test
    void aTensorThatNothingReadsIsRefused() throws Exception {
        model.weights().put("model.layers.0.self_attn.q_proj.bias", new float[64]);
        rewrite(shapes -> shapes.put("model.layers.0.self_attn.q_proj.bias", new int[] {64}));
        refused("q_proj.bias", "no use for");
    }

    @Test
    void weightsThatAreNoNumbersAreRefused() throws Exception {
        model.weight("model.layers.1.mlp.down_proj.weight")[5] = Float.NaN;
        model.write(folder);
        refused("logit", "damaged");
    }

    @Test
    void aHeadThatIsNoMultipleOfSixteenIsRefusedWithTheReason() throws Exception {
        TinyLlama odd = TinyLlama.random(64, 1, 4, 2, 8, 96, 259, 128, true, "F32", 3);
        odd.write(folder);
        refused("head_dim", "8", "multiples of 16");
    }

    @Test
    void moreMemoryThanAllowedIsRefusedBeforeAnythingIsAllocated() throws Exception {
        model.write(folder);
        config("\"max_position_embeddings\": 128", "\"max_position_embeddings\": 1000000");
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> load(new EngineOptions(16, 0, 1, 16), 64L << 20))
                .withMessageContainingAll("KV cache of 16 slots", "64 MiB are allowed", "lower slots");
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> load(new EngineOptions(1024, 0, 1, 16), Long.MAX_VALUE))
                .withMessageContainingAll("1024 slots", "2047 MiB", "lower slots");
    }

    @Test
    void aModelThatDoesNotFitBesideOthersIsRefusedWithWhatTheyTake() throws Exception {
        model.write(folder);
        EngineOptions options = new EngineOptions(1, 64, 1, 16);
        load(options, 64L << 20);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> load(options.beside(64L << 20), 64L << 20))
                .withMessageContaining("64 MiB are allowed and 64 MiB of them are taken by models that serve");
    }

    @Test
    void aFolderWithoutWeightsIsRefused() throws Exception {
        model.write(folder);
        Files.delete(folder.resolve("model.safetensors"));
        refused("model.safetensors");
    }

    @Test
    void halfAFileIsRefused() throws Exception {
        model.write(folder);
        byte[] whole = Files.readAllBytes(folder.resolve("model.safetensors"));
        Files.write(folder.resolve("model.safetensors"), java.util.Arrays.copyOf(whole, whole.length / 2));
        refused("model.safetensors");
    }

    private void rewrite(Consumer<Map<String, int[]>> change) throws Exception {
        model.write(folder);
        Map<String, int[]> shapes = new LinkedHashMap<>(model.shapes());
        change.accept(shapes);
        Files.write(folder.resolve("model.safetensors"), model.safetensors(shapes));
    }

    private void config(String from, String to) throws Exception {
        Path file = folder.resolve("config.json");
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    private void refused(String... message) {
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> load(OPTIONS, 1L << 30))
                .withMessageContainingAll(message);
    }

    private void load(EngineOptions options, long memoryLimit) throws Exception {
        new OnnxEngine(new OnnxSettings(memoryLimit, Spinning.OFF), Clock.systemUTC())
                .load(folder, options)
                .close();
    }
}
