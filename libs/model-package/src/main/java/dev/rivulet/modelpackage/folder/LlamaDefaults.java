// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.Map;

/** Sizes of Llama 7B, which {@code text_config} leaves out where a model has them. */
final class LlamaDefaults {

    static final Map<String, Integer> NUMBERS = Map.of(
            "hidden_size", 4096,
            "num_hidden_layers", 32,
            "num_attention_heads", 32,
            "intermediate_size", 11_008,
            "vocab_size", 32_000,
            "max_position_embeddings", 2048);

    private LlamaDefaults() {}
}
