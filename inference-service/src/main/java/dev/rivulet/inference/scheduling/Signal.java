package dev.rivulet.inference.scheduling;

/** What happened to a sequence outside the loop since the last step. */
public sealed interface Signal {

    SequenceId id();

    /**
     * A new sequence.
     *
     * @param at nanoseconds of the loop's clock
     */
    record Submitted(SequenceId id, int promptTokens, int maxTokens, long at) implements Signal {}

    /** A stalled reader takes text again. */
    record ReaderResumed(SequenceId id, long at) implements Signal {}

    /** The reader is gone. */
    record ReaderGone(SequenceId id) implements Signal {}
}
