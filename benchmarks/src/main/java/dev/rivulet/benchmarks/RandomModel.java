// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a model folder with random 16-bit weights, of which speed does not depend, and with a word for each token, so that answers
 * are text.
 */
final class RandomModel {

    private static final int PATTERN = 1 << 20;
    private static final float SPREAD = 0.1f;
    private static final String TOKENIZER = """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
             "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null, "decoder": null,
             "model": {"type": "WordLevel", "vocab": {%s}, "unk_token": "w0"}}
            """;
    private static final String TEMPLATE = "{% for message in messages %}{{ message.content }} {% endfor %}";

    private RandomModel() {}

    static void write(Shape shape, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), shape.config());
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER.formatted(vocabulary(shape)));
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        Map<String, int[]> tensors = tensors(shape);
        try (OutputStream file = Files.newOutputStream(folder.resolve("model.safetensors"))) {
            byte[] header = header(tensors);
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            file.write(header);
            byte[] random = random();
            byte[] ones = bf16(1, PATTERN / 2);
            for (int[] size : tensors.values()) {
                byte[] pattern = size.length == 1 ? ones : random;
                for (long left = bytes(size); left > 0; left -= pattern.length) {
                    file.write(pattern, 0, (int) Math.min(left, pattern.length));
                }
            }
        }
    }

    /** The words {@code w0}, {@code w1} and so on: every token is one. */
    private static String vocabulary(Shape shape) {
        return IntStream.range(0, shape.vocabulary())
                .mapToObj(token -> "\"w" + token + "\":" + token)
                .collect(Collectors.joining(","));
    }

    private static Map<String, int[]> tensors(Shape shape) {
        Map<String, int[]> tensors = new LinkedHashMap<>();
        tensors.put("model.embed_tokens.weight", new int[] {shape.vocabulary(), shape.hidden()});
        tensors.put("model.norm.weight", new int[] {shape.hidden()});
        for (int layer = 0; layer < shape.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            tensors.put(block + "input_layernorm.weight", new int[] {shape.hidden()});
            tensors.put(block + "post_attention_layernorm.weight", new int[] {shape.hidden()});
            tensors.put(block + "self_attn.q_proj.weight", new int[] {shape.queries(), shape.hidden()});
            tensors.put(block + "self_attn.k_proj.weight", new int[] {shape.keys(), shape.hidden()});
            tensors.put(block + "self_attn.v_proj.weight", new int[] {shape.keys(), shape.hidden()});
            tensors.put(block + "self_attn.o_proj.weight", new int[] {shape.hidden(), shape.queries()});
            tensors.put(block + "mlp.gate_proj.weight", new int[] {shape.intermediate(), shape.hidden()});
            tensors.put(block + "mlp.up_proj.weight", new int[] {shape.intermediate(), shape.hidden()});
            tensors.put(block + "mlp.down_proj.weight", new int[] {shape.hidden(), shape.intermediate()});
        }
        return tensors;
    }

    private static byte[] header(Map<String, int[]> tensors) {
        List<String> entries = new ArrayList<>();
        long at = 0;
        for (var tensor : tensors.entrySet()) {
            long end = at + bytes(tensor.getValue());
            String size = java.util.Arrays.toString(tensor.getValue());
            entries.add("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(tensor.getKey(), size, at, end));
            at = end;
        }
        String json = "{" + String.join(",", entries) + "}";
        return (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }

    private static long bytes(int[] size) {
        return 2L * size[0] * (size.length == 1 ? 1 : size[1]);
    }

    private static byte[] random() {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer values = ByteBuffer.allocate(PATTERN).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            float value = (float) (random.nextDouble() - 0.5) * SPREAD;
            values.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        return values.array();
    }

    private static byte[] bf16(float value, int count) {
        ByteBuffer values = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            values.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        return values.array();
    }
}
