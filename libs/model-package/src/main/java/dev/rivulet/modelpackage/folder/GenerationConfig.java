// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.sampling.Sampling;
import java.util.Set;

/**
 * How a model answers unless a request says otherwise, from {@code generation_config.json}.
 *
 * @param sampling greedy if {@code do_sample} is false; temperature and top_p 1, top_k 0 (all) where the file names none
 * @param endTokens ids of the tokens that end an answer; may be empty
 */
public record GenerationConfig(Sampling sampling, Set<Integer> endTokens) {

    static final GenerationConfig NONE = new GenerationConfig(new Sampling(1, 1, 0), Set.of());

    public GenerationConfig {
        endTokens = Set.copyOf(endTokens);
    }

    static GenerationConfig read(ConfigJson json) throws ModelRejectedException {
        double temperature = Math.min(2, json.real("temperature", 0, 100).orElse(1));
        double topP = json.real("top_p", Double.MIN_VALUE, 1).orElse(1);
        int topK = json.optionalNumber("top_k", 0, Integer.MAX_VALUE).orElse(0);
        boolean greedy = !json.flag("do_sample", true);
        return new GenerationConfig(
                greedy ? Sampling.GREEDY : new Sampling(temperature, topP, topK), json.tokenIds("eos_token_id"));
    }
}
