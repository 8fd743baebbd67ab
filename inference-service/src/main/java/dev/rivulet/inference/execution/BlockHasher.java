// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.scheduling.BlockHash;
import java.util.List;

/** Hashes the blocks of one sequence's tokens as they become whole. For one thread at a time. */
interface BlockHasher {

    /** Of a sequence that shares nothing. */
    BlockHasher OFF = (tokens, length) -> List.of();

    /** The blocks of {@code tokens[0..length-1]} that became whole since the last call; the tokens before must be the same. */
    List<BlockHash> upTo(int[] tokens, int length);
}
