// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import java.util.regex.Pattern;

/**
 * What a federation's tensors are if they are B of a low-rank adapter whose A is frozen: what is published then is a model that replicas
 * serve, the base's weights with {@code alpha/rank · B · A} added (Hu et al., arXiv 2106.09685).
 *
 * @param base version of the destination's model that was trained on
 * @param rank columns of each B, 1 to 256
 * @param alpha numerator of the scale, above 0
 * @param seed of each A, as {@link dev.rivulet.federated.training.FrozenFactor} draws it
 */
public record AdapterOf(String base, int rank, double alpha, long seed) {

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int LARGEST_RANK = 256;

    public AdapterOf {
        if (base == null || !VERSION.matcher(base).matches()) {
            throw new IllegalArgumentException("base of an adapter is a version of the destination's model");
        }
        if (rank < 1 || rank > LARGEST_RANK || !(alpha > 0 && Double.isFinite(alpha))) {
            throw new IllegalArgumentException("rank of an adapter is 1 to " + LARGEST_RANK + ", alpha above 0");
        }
    }

    double scale() {
        return alpha / rank;
    }
}
