package dev.rivulet.inference.scheduling;

/**
 * One sequence as the scheduler sees it: counts, no tokens.
 *
 * @param promptTokens tokens of the prompt, at least 1
 * @param maxTokens most tokens to generate, at least 1
 * @param generated tokens generated so far
 * @param computed positions of its slot that hold keys and values, 0 without a slot
 * @param slot its slot, {@link #NO_SLOT} if it has none
 * @param reading whether its reader takes text; a sequence whose reader stalls is parked
 * @param cancelled whether its reader is gone
 * @param since nanoseconds of the loop's clock since when it waits or is parked
 */
record SequenceState(
        SequenceId id,
        int promptTokens,
        int maxTokens,
        int generated,
        int computed,
        int slot,
        boolean reading,
        boolean cancelled,
        long since) {

    static final int NO_SLOT = -1;

    SequenceState {
        if (promptTokens < 1 || maxTokens < 1) {
            throw new IllegalArgumentException("a sequence needs a prompt and a token to generate");
        }
    }

    int total() {
        return promptTokens + generated;
    }

    boolean seated() {
        return slot != NO_SLOT;
    }

    /** Everything but the newest token is computed: the next step is one row of a decode step. */
    boolean decoding() {
        return generated > 0 && computed == total() - 1;
    }

    boolean waiting() {
        return !seated() && reading;
    }

    boolean neverSeated() {
        return !seated() && computed == 0 && generated == 0;
    }

    boolean parked() {
        return seated() && !reading;
    }

    SequenceState inSlot(int slot) {
        return new SequenceState(id, promptTokens, maxTokens, generated, computed, slot, reading, cancelled, since);
    }

    /** Without its KV cache, waiting from {@code since} if its reader comes back. */
    SequenceState evicted() {
        return new SequenceState(id, promptTokens, maxTokens, generated, 0, NO_SLOT, reading, cancelled, since);
    }

    SequenceState read(long at) {
        return reading
                ? this
                : new SequenceState(id, promptTokens, maxTokens, generated, computed, slot, true, cancelled, at);
    }

    SequenceState cancel() {
        return new SequenceState(id, promptTokens, maxTokens, generated, computed, slot, reading, true, since);
    }

    SequenceState advanced(Progress progress, long at) {
        return new SequenceState(
                id,
                promptTokens,
                maxTokens,
                progress.generated(),
                progress.computed(),
                slot,
                progress.reading(),
                cancelled,
                progress.reading() ? since : at);
    }
}
