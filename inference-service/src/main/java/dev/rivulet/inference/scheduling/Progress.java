// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.List;

/**
 * How far a sequence came in a step.
 *
 * @param computed positions of its slot that now hold keys and values
 * @param generated tokens generated so far
 * @param reading whether its reader has room for more text
 * @param finished whether it ended: end token, stop string or token limit
 * @param blocks blocks of its tokens that became whole
 * @param drafted tokens that the next step could verify, 0 if nothing is drafted
 */
public record Progress(
        SequenceId id,
        int computed,
        int generated,
        boolean reading,
        boolean finished,
        List<BlockHash> blocks,
        int drafted) {

    public Progress {
        blocks = List.copyOf(blocks);
    }

    /** Without a draft. */
    public Progress(
            SequenceId id, int computed, int generated, boolean reading, boolean finished, List<BlockHash> blocks) {
        this(id, computed, generated, reading, finished, blocks, 0);
    }
}
