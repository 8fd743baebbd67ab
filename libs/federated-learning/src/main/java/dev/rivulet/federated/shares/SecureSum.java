// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.util.List;

/** A sum of vectors of which no party but its owner sees a single one. Here every party runs in one process. */
public interface SecureSum {

    /** What may be summed. */
    SumSpace space();

    /**
     * The sum of vectors, exactly.
     *
     * @param vectors 2 to as many as the space has devices, of signed integers within its magnitude; they stay as they are
     * @throws IllegalArgumentException if a vector is not of the {@link #space()}
     */
    int[] sum(List<int[]> vectors);
}
