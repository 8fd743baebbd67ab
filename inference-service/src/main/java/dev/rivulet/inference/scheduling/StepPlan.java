// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.List;
import java.util.OptionalLong;

/**
 * One step, to be carried out in this order: departures, evictions and preemptions free slots, moves bring the decoding sequences to slots
 * {@code 0..rows-1}, seatings give slots to waiting sequences, reuses fill slots from others in their order, then one decode step
 * over the rows, then the verifications, then the prefill chunks.
 *
 * @param departures sequences that leave the batch
 * @param evictions parked sequences that lose their KV cache and stay
 * @param preemptions running sequences that lose their KV cache to a more urgent one and wait again
 * @param yields running sequences that are set aside with their KV cache, and wait to go on
 * @param moves exchanges of slots
 * @param seatings waiting sequences that get a slot
 * @param reuses prefixes that need no prefill
 * @param rows sequences of the decode step; row {@code i} is in slot {@code i}
 * @param verifications decoding sequences behind the rows that check a draft; with the chunks they stay within the step's tokens
 * @param speedup how many times the tokens per second of plain decoding the rows and verifications are expected to give, 1 without
 *     verifications
 * @param chunks prefill runs, at most {@link SchedulingLimits#stepTokens()} tokens together
 * @param wakeAt when an idle loop must plan again, nanoseconds of the loop's clock
 */
public record StepPlan(
        List<Departure> departures,
        List<SequenceId> evictions,
        List<SequenceId> preemptions,
        List<SequenceId> yields,
        List<Move> moves,
        List<Seating> seatings,
        List<Reuse> reuses,
        List<SequenceId> rows,
        List<Verification> verifications,
        double speedup,
        List<Chunk> chunks,
        OptionalLong wakeAt,
        BatchState arranged) {

    /** Why a sequence leaves without having finished. */
    public enum Reason {
        READER_GONE,
        DEADLINE,
        QUEUE_TIMEOUT,
        READER_STALLED
    }

    public record Departure(SequenceId id, Reason reason) {}

    /**
     * Exchanges two slots.
     *
     * @param fromLength positions in use, at least 1
     * @param toLength positions in use, 0 for an empty slot
     */
    public record Move(int from, int fromLength, int to, int toLength) {}

    public record Seating(SequenceId id, int slot) {}

    /**
     * Positions {@code position..position+tokens-1} of a sequence that need no prefill: they are those of slot {@code from}.
     *
     * @param from where they are; {@code to} itself if the sequence took the slot over
     * @param to the slot of the sequence
     */
    public record Reuse(SequenceId id, int from, int to, int position, int tokens) {}

    /** Prefill of {@code tokens} tokens of a sequence from {@code position} on. */
    public record Chunk(SequenceId id, int slot, int position, int tokens) {}

    /**
     * The newest token of a sequence and a draft of what follows, in one run.
     *
     * @param position of the newest token
     * @param drafted most drafted tokens, at least 1
     */
    public record Verification(SequenceId id, int slot, int position, int drafted) {}

    /** Whether the step generates tokens of sequences that decode. */
    public boolean decodes() {
        return !rows.isEmpty() || !verifications.isEmpty();
    }

    /** Whether the step computes nothing. */
    public boolean idle() {
        return !decodes() && chunks.isEmpty();
    }
}
