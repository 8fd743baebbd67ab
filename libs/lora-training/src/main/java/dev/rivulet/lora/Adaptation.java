// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import java.util.List;
import java.util.Set;

/**
 * What an adapter may change: {@code W + alpha/rank · B · A} (Hu et al., arXiv 2106.09685) with A drawn from a seed and frozen, so
 * that the mean of several sites' B is the mean of their products too (FFA-LoRA, Sun et al., arXiv 2403.12313).
 *
 * @param rank rows of each A, 1 to 64
 * @param alpha numerator of the scale, above 0
 * @param seed of every A; see {@link dev.rivulet.federated.training.FrozenFactor}
 * @param targets layers of each block that are adapted, such as {@code q_proj}; none twice
 */
public record Adaptation(int rank, double alpha, long seed, List<String> targets) {

    /** Every linear layer of a block. */
    public static final List<String> LAYERS =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    private static final int LARGEST_RANK = 64;

    public Adaptation {
        targets = List.copyOf(targets);
        if (rank < 1 || rank > LARGEST_RANK || !(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("a rank is 1 to " + LARGEST_RANK + ", alpha above 0");
        }
        if (targets.isEmpty() || Set.copyOf(targets).size() != targets.size() || !LAYERS.containsAll(targets)) {
            throw new IllegalArgumentException("targets are some of " + LAYERS + ", each once, not " + targets);
        }
    }

    /** What {@code B · A} is multiplied by. */
    public float scale() {
        return (float) (alpha / rank);
    }
}
