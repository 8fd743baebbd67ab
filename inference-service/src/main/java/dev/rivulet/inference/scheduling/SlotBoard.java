// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import dev.rivulet.inference.scheduling.StepPlan.Seating;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which slot while a plan is made: a sequence, a cached prefix or nobody. Decoding sequences lie in front; everything
 * else behind them.
 */
final class SlotBoard {

    private final @Nullable SequenceState[] seated;
    private final @Nullable CachedPrefix[] cached;
    private final boolean sharing;
    private final long now;
    private Set<SequenceId> apart = Set.of();
    private final List<Move> moves = new ArrayList<>();
    private final List<Seating> seatings = new ArrayList<>();
    private final List<Reuse> reuses = new ArrayList<>();

    SlotBoard(SchedulingLimits limits, Iterable<SequenceState> sequences, List<CachedPrefix> prefixes, long now) {
        this.seated = new SequenceState[limits.places()];
        this.cached = new CachedPrefix[limits.places()];
        this.sharing = limits.cachedPrefixes() > 0;
        this.now = now;
        for (SequenceState sequence : sequences) {
            if (sequence.seated()) {
                seated[sequence.slot()] = sequence;
            }
        }
        for (CachedPrefix prefix : prefixes) {
            cached[prefix.slot()] = prefix;
        }
    }

    List<Move> moves() {
        return moves;
    }

    List<Seating> seatings() {
        return seatings;
    }

    List<Reuse> reuses() {
        return reuses;
    }

    List<CachedPrefix> cached() {
        List<CachedPrefix> all = new ArrayList<>();
        for (CachedPrefix prefix : cached) {
            if (prefix != null) {
                all.add(prefix);
            }
        }
        return all;
    }

    @Nullable SequenceState inSlot(int slot) {
        return seated[slot];
    }

    /** @param apart decoding sequences that are no rows in this step */
    int contiguous(Set<SequenceId> apart) {
        this.apart = apart;
        return contiguous();
    }

    /** Brings the decoding sequences to the lowest slots with one exchange for each hole; returns how many there are. */
    private int contiguous() {
        int rows = 0;
        for (SequenceState sequence : seated) {
            rows += decodes(sequence) ? 1 : 0;
        }
        int from = seated.length - 1;
        for (int to = 0; to < rows; to++) {
            if (!decodes(seated[to])) {
                while (!decodes(seated[from])) {
                    from--;
                }
                exchange(from, to);
            }
        }
        return rows;
    }

    private boolean decodes(@Nullable SequenceState sequence) {
        return sequence != null && sequence.decodes() && !apart.contains(sequence.id());
    }

    private void exchange(int from, int to) {
        SequenceState rising = Objects.requireNonNull(seated[from]);
        SequenceState falling = seated[to];
        CachedPrefix prefix = cached[to];
        moves.add(new Move(from, rising.computed(), to, length(to)));
        seated[to] = rising.inSlot(to);
        seated[from] = falling == null ? null : falling.inSlot(from);
        cached[to] = null;
        cached[from] = prefix == null ? null : prefix.inSlot(from);
    }

    private int length(int slot) {
        SequenceState sequence = seated[slot];
        CachedPrefix prefix = cached[slot];
        if (sequence != null) {
            return sequence.computed();
        }
        return prefix == null ? 0 : prefix.prefix().tokens();
    }

    /**
     * Gives a slot that no sequence holds to a newcomer: one whose whole content it begins with, else an empty one, else the one
     * unused for longest.
     */
    void seat(SequenceState newcomer) {
        int source = source(newcomer, 0);
        CachedPrefix prefix = source < 0 ? null : cached[source];
        boolean whole = prefix != null && prefix.prefix().tokens() == shared(newcomer, source);
        int slot = whole ? source : free(source);
        int found = slot == source ? usable(newcomer, source) : 0;
        if (prefix != null) {
            cached[source] = prefix.used(now);
        }
        cached[slot] = null;
        seated[slot] = newcomer.inSlot(slot).holding(found);
        seatings.add(new Seating(newcomer.id(), slot));
        if (found > 0) {
            reuses.add(new Reuse(newcomer.id(), slot, slot, 0, found));
        }
    }

    /** A slot that no sequence holds; {@code spared} only if there is no other. */
    private int free(int spared) {
        int oldest = spared;
        for (int slot = 0; slot < seated.length; slot++) {
            CachedPrefix prefix = cached[slot];
            if (seated[slot] == null && prefix == null) {
                return slot;
            }
            if (prefix != null && slot != spared && older(prefix, oldest, spared)) {
                oldest = slot;
            }
        }
        if (oldest < 0 || seated[oldest] != null) {
            throw new IllegalStateException("no slot is free");
        }
        return oldest;
    }

    private boolean older(CachedPrefix prefix, int oldest, int spared) {
        CachedPrefix other = oldest < 0 || oldest == spared ? null : cached[oldest];
        return other == null || prefix.usedAt() < other.usedAt();
    }

    /** Fills a slot whose prefill is due from another one that has come further with the same beginning. */
    SequenceState fill(SequenceState sequence) {
        int source = source(sequence, sequence.computed());
        if (source < 0) {
            return sequence;
        }
        int length = usable(sequence, source);
        if (length <= sequence.computed()) {
            return sequence;
        }
        CachedPrefix prefix = cached[source];
        if (prefix != null) {
            cached[source] = prefix.used(now);
        }
        int before = sequence.computed();
        SequenceState filled = sequence.holding(length);
        seated[sequence.slot()] = filled;
        reuses.add(new Reuse(sequence.id(), source, sequence.slot(), before, length - before));
        return filled;
    }

    /** The slot that shares most with a sequence, and more than {@code least} tokens; a negative number if there is none. */
    private int source(SequenceState sequence, int least) {
        int best = -1;
        int most = least;
        for (int slot = 0; sharing && slot < seated.length; slot++) {
            int shared = slot == sequence.slot() ? 0 : shared(sequence, slot);
            if (shared > most) {
                best = slot;
                most = shared;
            }
        }
        return best;
    }

    private int shared(SequenceState sequence, int slot) {
        SequenceState other = seated[slot];
        CachedPrefix prefix = cached[slot];
        if (other != null) {
            return other.content().shared(sequence.prefix());
        }
        return prefix == null ? 0 : prefix.prefix().shared(sequence.prefix());
    }

    /** The last token is always computed: it gives the logits. */
    private int usable(SequenceState sequence, int slot) {
        return Math.min(shared(sequence, slot), sequence.total() - 1);
    }
}
