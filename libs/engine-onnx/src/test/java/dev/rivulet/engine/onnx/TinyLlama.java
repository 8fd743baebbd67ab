// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
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

/**
 * A random checkpoint of the Llama family. Weights are rounded to its element type, so that a reference sees what an engine
 * reads.
 *
 * @param dtype F32, F16 or BF16
 */
record TinyLlama(
        int hidden,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediate,
        int vocabulary,
        int context,
        boolean tied,
        String dtype,
        Map<String, float[]> weights) {

    static final double EPSILON = 1e-5;
    static final double THETA = 10_000;

    static TinyLlama random(int heads, int keyValueHeads, boolean tied, String dtype, long seed) {
        return random(64, 2, heads, keyValueHeads, 16, 96, 259, 128, tied, dtype, seed);
    }

    static TinyLlama random(
            int hidden,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int intermediate,
            int vocabulary,
            int context,
            boolean tied,
            String dtype,
            long seed) {
        TinyLlama model = new TinyLlama(
                hidden,
                layers,
                heads,
                keyValueHeads,
                headSize,
                intermediate,
                vocabulary,
                context,
                tied,
                dtype,
                new LinkedHashMap<>());
        SplittableRandom random = new SplittableRandom(seed);
        model.shapes().forEach((name, shape) -> model.weights.put(name, model.values(name, shape, random)));
        return model;
    }

    float[] weight(String name) {
        float[] values = weights.get(name);
        if (values == null) {
            throw new IllegalArgumentException(name);
        }
        return values;
    }

    Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("model.embed_tokens.weight", new int[] {vocabulary, hidden});
        for (int layer = 0; layer < layers; layer++) {
            String block = "model.layers." + layer + ".";
            shapes.put(block + "input_layernorm.weight", new int[] {hidden});
            shapes.put(block + "self_attn.q_proj.weight", new int[] {heads * headSize, hidden});
            shapes.put(block + "self_attn.k_proj.weight", new int[] {keyValueHeads * headSize, hidden});
            shapes.put(block + "self_attn.v_proj.weight", new int[] {keyValueHeads * headSize, hidden});
            shapes.put(block + "self_attn.o_proj.weight", new int[] {hidden, heads * headSize});
            shapes.put(block + "post_attention_layernorm.weight", new int[] {hidden});
            shapes.put(block + "mlp.gate_proj.weight", new int[] {intermediate, hidden});
            shapes.put(block + "mlp.up_proj.weight", new int[] {intermediate, hidden});
            shapes.put(block + "mlp.down_proj.weight", new int[] {hidden, intermediate});
        }
        shapes.put("model.norm.weight", new int[] {hidden});
        if (!tied) {
            shapes.put("lm_head.weight", new int[] {vocabulary, hidden});
        }
        return shapes;
    }

    private float[] values(String name, int[] shape, SplittableRandom random) {
        int count = shape.length == 1 ? shape[0] : shape[0] * shape[1];
        boolean norm = shape.length == 1;
        double spread = name.contains("embed_tokens") ? 1 : 1.5 / Math.sqrt(shape[shape.length - 1]);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double value = norm ? 1 + 0.2 * random.nextGaussian() : spread * random.nextGaussian();
            values[i] = rounded((float) value);
        }
        return values;
    }

    private float rounded(float value) {
        return switch (dtype) {
            case "F16" -> Float.float16ToFloat(Float.floatToFloat16(value));
            case "BF16" -> Float.intBitsToFloat(Float.floatToRawIntBits(value) & 0xffff0000);
            default -> value;
        };
    }

    /** Writes {@code config.json}, weights, a byte tokenizer and a ChatML template. */
    Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config());
        Files.write(folder.resolve("model.safetensors"), safetensors(shapes()));
        Files.writeString(folder.resolve("tokenizer.json"), ByteTokenizerJson.text());
        Files.writeString(
                folder.resolve("generation_config.json"), "{\"eos_token_id\": [257, 258], \"do_sample\": false}");
        Files.writeString(folder.resolve("chat_template.jinja"), """
                {% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""");
        return folder;
    }

    String config() {
        return """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "intermediate_size": %d,
                 "vocab_size": %d, "max_position_embeddings": %d, "tie_word_embeddings": %b, "rms_norm_eps": 1e-5,
                 "rope_theta": 10000.0, "hidden_act": "silu", "eos_token_id": 257}
                """.formatted(hidden, layers, heads, keyValueHeads, headSize, intermediate, vocabulary, context, tied);
    }

    byte[] safetensors(Map<String, int[]> shapes) throws IOException {
        List<String> header = new ArrayList<>();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (var shape : shapes.entrySet()) {
            int begin = data.size();
            data.write(encoded(weight(shape.getKey())));
            String size = java.util.Arrays.toString(shape.getValue());
            header.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(shape.getKey(), dtype, size, begin, data.size()));
        }
        String json = "{" + String.join(",", header) + "}";
        byte[] text = (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + text.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(text.length).put(text).put(data.toByteArray()).array();
    }

    private byte[] encoded(float[] values) {
        int bytes = dtype.equals("F32") ? 4 : 2;
        ByteBuffer buffer = ByteBuffer.allocate(values.length * bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (dtype) {
                case "F16" -> buffer.putShort(Float.floatToFloat16(value));
                case "BF16" -> buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                default -> buffer.putFloat(value);
            }
        }
        return buffer.array();
    }
}
