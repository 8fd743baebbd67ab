// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an adapter as PEFT saves one: {@code adapter_config.json} and {@code adapter_model.safetensors}, float32, which
 * {@link dev.rivulet.modelpackage.folder.AdapterFolder} and Python's PEFT read.
 *
 * @see <a href="https://huggingface.co/docs/peft/main/en/developer_guides/checkpoint">the format</a>
 */
public final class PeftFolder {

    private static final int ALIGNMENT = 8;
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";

    private PeftFolder() {}

    /**
     * Writes both files whole, or not at all.
     *
     * @param folder made if it is missing
     * @param base name of the model that the adapter is of, for people
     */
    public static void write(Path folder, AdaptedDecoder decoder, Parameters adapter, String base) throws IOException {
        Files.createDirectories(folder);
        whole(folder.resolve(WEIGHTS), weights(decoder, adapter));
        whole(folder.resolve(CONFIG), config(decoder.adaptation(), base));
    }

    private static void whole(Path file, byte[] content) throws IOException {
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), "adapter", ".part");
        try {
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static byte[] config(Adaptation adaptation, String base) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("peft_type", "LORA");
        config.put("task_type", "CAUSAL_LM");
        config.put("base_model_name_or_path", base);
        config.put("r", adaptation.rank());
        config.put("lora_alpha", adaptation.alpha());
        config.put("lora_dropout", 0);
        config.put("bias", "none");
        config.put("target_modules", adaptation.targets());
        config.put("inference_mode", true);
        return (JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] weights(AdaptedDecoder decoder, Parameters adapter) {
        Map<String, float[]> values = new TreeMap<>();
        Map<String, List<Integer>> shapes = new TreeMap<>();
        for (Layout.Tensor tensor : adapter.layout().tensors()) {
            float[][] down = decoder.down(AdaptedDecoder.layerOf(tensor.name()));
            String name = tensor.name().replace(".lora_B.", ".lora_A.");
            values.put(tensor.name(), adapter.tensor(tensor.name()));
            shapes.put(tensor.name(), tensor.shape());
            values.put(name, flat(down));
            shapes.put(name, List.of(down.length, down[0].length));
        }
        return safetensors(values, shapes);
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(rows[r], 0, flat, r * rows[r].length, rows[r].length);
        }
        return flat;
    }

    private static byte[] safetensors(Map<String, float[]> values, Map<String, List<Integer>> shapes) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("__metadata__", Map.of("format", "pt"));
        long at = 0;
        for (Map.Entry<String, float[]> each : values.entrySet()) {
            long end = at + (long) Float.BYTES * each.getValue().length;
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", "F32");
            described.put("shape", java.util.Objects.requireNonNull(shapes.get(each.getKey())));
            described.put("data_offsets", List.of(at, end));
            header.put(each.getKey(), described);
            at = end;
        }
        byte[] text = JsonMapper.shared().writeValueAsBytes(header);
        int filled = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer file =
                ByteBuffer.allocate(Math.toIntExact(Long.BYTES + filled + at)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(filled).put(text);
        for (int i = text.length; i < filled; i++) {
            file.put((byte) ' ');
        }
        values.values().forEach(tensor -> {
            for (float value : tensor) {
                file.putFloat(value);
            }
        });
        return file.array();
    }
}
