// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.Signal.Submitted;

/**
 * One sequence as the scheduler sees it: counts and hashes, no tokens.
 *
 * @param request what was asked for
 * @param generated tokens generated so far
 * @param computed positions of its slot that hold keys and values, 0 without a slot
 * @param slot where its KV cache is, {@link #NO_SLOT} if it has none
 * @param reading whether its reader takes text; a sequence whose reader stalls is parked
 * @param cancelled whether its reader is gone
 * @param since nanoseconds of the loop's clock since when it waits, is set aside or is parked
 * @param preemptions how often it lost its slot to a more urgent one
 * @param prefix the whole blocks of its tokens, computed or not
 * @param guess what is drafted for it
 * @param yield whether it has let another tenant's run in its place
 */
record SequenceState(
        Submitted request,
        int generated,
        int computed,
        int slot,
        boolean reading,
        boolean cancelled,
        long since,
        int preemptions,
        Prefix prefix,
        Guess guess,
        Yield yield) {

    static final int NO_SLOT = -1;

    SequenceState {
        if (request.promptTokens() < 1 || request.maxTokens() < 1) {
            throw new IllegalArgumentException("a sequence needs a prompt and a token to generate");
        }
    }

    static SequenceState arrived(Submitted request) {
        return new SequenceState(
                request, 0, 0, NO_SLOT, true, false, request.at(), 0, request.prefix(), Guess.NONE, Yield.NEVER);
    }

    SequenceId id() {
        return request.id();
    }

    String tenant() {
        return request.terms().tenant();
    }

    Priority priority() {
        return request.terms().priority();
    }

    int total() {
        return request.promptTokens() + generated;
    }

    /** Tokens that may still be prefilled or decoded. */
    long outstanding() {
        return total() - computed + request.maxTokens() - generated;
    }

    /** It has a KV cache. */
    boolean seated() {
        return slot != NO_SLOT;
    }

    /** It has a KV cache and waits to go on. */
    boolean aside() {
        return yield == Yield.ASIDE;
    }

    /** It has a KV cache and takes part in steps, unless its reader stalls. */
    boolean running() {
        return seated() && !aside();
    }

    /** Everything but the newest token is computed: the next step is one row of a decode step. */
    boolean decoding() {
        return generated > 0 && computed == total() - 1;
    }

    /** The next decode step may have it as a row. */
    boolean decodes() {
        return running() && reading && decoding();
    }

    boolean waiting() {
        return !seated() && reading;
    }

    boolean neverSeated() {
        return !seated() && computed == 0 && generated == 0;
    }

    boolean parked() {
        return running() && !reading;
    }

    /** What its slot holds. */
    Prefix content() {
        return prefix.within(computed);
    }

    SequenceState inSlot(int other) {
        return new SequenceState(
                request, generated, computed, other, reading, cancelled, since, preemptions, prefix, guess, yield);
    }

    /** With that many positions filled from another slot, or found in its own. */
    SequenceState holding(int positions) {
        return new SequenceState(
                request, generated, positions, slot, reading, cancelled, since, preemptions, prefix, guess, yield);
    }

    /** Without its KV cache, waiting from {@code since} if its reader comes back. */
    SequenceState evicted() {
        return new SequenceState(
                request, generated, 0, NO_SLOT, reading, cancelled, since, preemptions, prefix, guess, yield);
    }

    /** Without its KV cache, in favour of a more urgent one. */
    SequenceState preempted(long at) {
        return new SequenceState(
                request, generated, 0, NO_SLOT, reading, cancelled, at, preemptions + 1, prefix, guess, yield);
    }

    /** With its KV cache, waiting from now on. */
    SequenceState setAside(long at) {
        return new SequenceState(
                request, generated, computed, slot, reading, cancelled, at, preemptions, prefix, guess, Yield.ASIDE);
    }

    SequenceState resumed() {
        return new SequenceState(
                request,
                generated,
                computed,
                slot,
                reading,
                cancelled,
                since,
                preemptions,
                prefix,
                guess,
                Yield.RESUMED);
    }

    SequenceState read(long at) {
        return reading
                ? this
                : new SequenceState(
                        request, generated, computed, slot, true, cancelled, at, preemptions, prefix, guess, yield);
    }

    SequenceState cancel() {
        return new SequenceState(
                request, generated, computed, slot, reading, true, since, preemptions, prefix, guess, yield);
    }

    /** @param verified drafted tokens that the step verified, 0 if the sequence was none of those */
    SequenceState advanced(Progress progress, int verified, long at) {
        int kept = progress.generated() - generated - 1;
        Guess next = verified > 0 ? guess.verified(Math.max(0, kept)) : guess.waited();
        return new SequenceState(
                request,
                progress.generated(),
                progress.computed(),
                slot,
                progress.reading(),
                cancelled,
                progress.reading() ? since : at,
                preemptions,
                prefix.plus(progress.blocks()),
                next.drafting(progress.drafted()),
                yield);
    }
}
