// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/** What happened to a sequence outside the loop since the last step. */
public sealed interface Signal {

    SequenceId id();

    /**
     * A new sequence.
     *
     * @param promptTokens tokens of the prompt, at least 1
     * @param maxTokens most tokens to generate, at least 1
     * @param terms on which it is served
     * @param prefix the whole blocks of its prompt
     * @param at nanoseconds of the loop's clock
     */
    record Submitted(SequenceId id, int promptTokens, int maxTokens, Terms terms, Prefix prefix, long at)
            implements Signal {}

    /** A stalled reader takes text again. */
    record ReaderResumed(SequenceId id, long at) implements Signal {}

    /** The reader is gone. */
    record ReaderGone(SequenceId id) implements Signal {}
}
