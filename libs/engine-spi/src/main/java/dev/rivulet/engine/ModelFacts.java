// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Set;

/**
 * What is known of a model once it is loaded.
 *
 * @param architecture the first entry of {@code architectures} in {@code config.json}, such as {@code LlamaForCausalLM}
 * @param parameters number of weights
 * @param contextLength positions one slot holds, prompt and answer together
 * @param vocabularySize number of logits per position
 * @param endTokens token ids that end an answer, from {@code generation_config.json} and the tokenizer
 * @param memoryBytes weights and KV cache together
 * @param defaults sampling when a request names none
 */
public record ModelFacts(
        String architecture,
        long parameters,
        int contextLength,
        int vocabularySize,
        Set<Integer> endTokens,
        long memoryBytes,
        dev.rivulet.engine.sampling.Sampling defaults) {

    public ModelFacts {
        endTokens = Set.copyOf(endTokens);
    }
}
