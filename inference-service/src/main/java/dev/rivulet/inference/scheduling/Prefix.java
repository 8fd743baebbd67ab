// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * The beginning of a sequence, as the hashes of its whole blocks of tokens. A hash covers all blocks before its own, so two
 * prefixes agree up to a block exactly where the hashes of that block agree (automatic prefix caching of vLLM, Kwon et al. 2023).
 */
public record Prefix(List<BlockHash> blocks) {

    /** Tokens of a block: what is shared is a multiple of it. */
    public static final int BLOCK_TOKENS = 16;

    /** Of a sequence that shares nothing. */
    public static final Prefix NONE = new Prefix(List.of());

    public Prefix {
        blocks = List.copyOf(blocks);
    }

    /** Tokens that the blocks hold. */
    public int tokens() {
        return blocks.size() * BLOCK_TOKENS;
    }

    Prefix plus(List<BlockHash> more) {
        if (more.isEmpty()) {
            return this;
        }
        List<BlockHash> all = new ArrayList<>(blocks);
        all.addAll(more);
        return new Prefix(all);
    }

    /** What of it lies in {@code computed} positions. */
    Prefix within(int computed) {
        int whole = computed / BLOCK_TOKENS;
        return whole >= blocks.size() ? this : new Prefix(blocks.subList(0, whole));
    }

    /** Tokens that both begin with. */
    int shared(Prefix other) {
        int same = 0;
        int end = Math.min(blocks.size(), other.blocks.size());
        while (same < end) {
            int middle = (same + end + 1) >>> 1;
            if (blocks.get(middle - 1).equals(other.blocks.get(middle - 1))) {
                same = middle;
            } else {
                end = middle - 1;
            }
        }
        return same * BLOCK_TOKENS;
    }
}
