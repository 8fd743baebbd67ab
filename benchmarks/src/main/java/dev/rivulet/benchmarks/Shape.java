// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Sizes of decoders that people use; the head is tied to the embedding. */
enum Shape {
    SMOLLM2_135M(576, 30, 9, 3, 64, 1536, 49152),
    QWEN2_5_0_5B(896, 24, 14, 2, 64, 4864, 151936),
    /** Small enough for a test. */
    TINY(64, 2, 4, 2, 16, 96, 256);

    private final int hidden;
    private final int layers;
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private final int intermediate;
    private final int vocabulary;

    Shape(int hidden, int layers, int heads, int keyValueHeads, int headSize, int intermediate, int vocabulary) {
        this.hidden = hidden;
        this.layers = layers;
        this.heads = heads;
        this.keyValueHeads = keyValueHeads;
        this.headSize = headSize;
        this.intermediate = intermediate;
        this.vocabulary = vocabulary;
    }

    /** The name on the command line, such as {@code smollm2-135m}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Shape named(String label) {
        return Arrays.stream(values())
                .filter(shape -> shape.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no shape is named " + label + "; there are "
                        + Arrays.stream(values()).map(Shape::label).collect(Collectors.joining(", "))));
    }

    int hidden() {
        return hidden;
    }

    int layers() {
        return layers;
    }

    int queries() {
        return heads * headSize;
    }

    int keys() {
        return keyValueHeads * headSize;
    }

    int intermediate() {
        return intermediate;
    }

    int vocabulary() {
        return vocabulary;
    }

    /** {@code config.json} of the shape. */
    String config() {
        return """
                {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": %d, "num_hidden_layers": %d,
                 "num_attention_heads": %d, "num_key_value_heads": %d, "head_dim": %d, "intermediate_size": %d,
                 "vocab_size": %d, "max_position_embeddings": 4096, "tie_word_embeddings": true, "rms_norm_eps": 1e-5,
                 "rope_theta": 100000.0, "hidden_act": "silu", "eos_token_id": 0}
                """.formatted(hidden, layers, heads, keyValueHeads, headSize, intermediate, vocabulary);
    }

    /** The shape as the peer's script takes it. */
    String json() {
        return """
                {"hidden":%d,"layers":%d,"heads":%d,"keyValueHeads":%d,"headSize":%d,"intermediate":%d,"vocabulary":%d}""".formatted(hidden, layers, heads, keyValueHeads, headSize, intermediate, vocabulary);
    }
}
