// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * Continuous batching. Every step decodes one token of each sequence whose reader takes text, then prefills a bounded number of
 * prompt tokens, so that a long prompt delays others by one chunk and no more.
 *
 * <p>A sequence whose reader stalls is parked: it leaves the decode rows and keeps its slot. When another waits for a slot and
 * it was parked for {@link SchedulingLimits#parkedKeep()}, it loses its KV cache; once its reader is back it waits its turn and
 * is computed again from its tokens.
 *
 * <p>Slots go to the most urgent class, in it to the tenant that got least, and are taken from less urgent sequences if none is
 * free; waiting makes urgent. See {@link WaitingLine}.
 *
 * <p>A slot that a sequence leaves keeps its keys and values as a cached prefix until it is needed. What a prompt shares with any
 * slot, cached or in use, is taken over or copied instead of computed: 512 positions cost a copy of a millisecond against some
 * hundred milliseconds of prefill, so there is no prefix too short to copy.
 */
public final class Scheduler {

    private Scheduler() {}

    /**
     * The next step.
     *
     * @param now nanoseconds of the clock that signals and outcomes carry
     */
    public static StepPlan plan(BatchState state, long now) {
        return new Planning(state, now).plan();
    }
}
