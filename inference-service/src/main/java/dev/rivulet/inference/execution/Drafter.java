// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.scheduling.SequenceId;

/**
 * Guesses how sequences go on. A guess costs time if it is wrong and never changes an answer. Follows what happens to slots, in case
 * it keeps something of its own for each. Owned by the loop thread.
 */
interface Drafter extends AutoCloseable {

    /** Drafts nothing. */
    Drafter OFF = new Drafter() {
        @Override
        public int available(ActiveSequence sequence) {
            return 0;
        }

        @Override
        public int[] draft(ActiveSequence sequence, int slot, int most) {
            return new int[0];
        }
    };

    /** Most tokens that it could draft for a sequence now, without drafting them. */
    int available(ActiveSequence sequence);

    /** How a sequence might go on, at most so many tokens and possibly none. */
    int[] draft(ActiveSequence sequence, int slot, int most);

    /** Two slots are exchanged. */
    default void swapped(int first, int second) {}

    /** A sequence got a slot, whatever was in it. */
    default void seated(SequenceId id, int slot) {}

    /** The first so many positions of a slot became those of another, or stayed what they were where both are the same. */
    default void reused(int from, int to, int length) {}

    @Override
    default void close() {}
}
