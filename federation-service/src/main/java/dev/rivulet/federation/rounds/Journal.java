// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.Decision.Follows;
import dev.rivulet.federation.rounds.RoundState.Ended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One round as this process knows it: reads its events once, writes what follows, and reads again if another was first. Not safe for
 * threads.
 */
final class Journal {

    private static final int MOST_CONFLICTS = 16;

    private final RoundStore store;
    private final String federation;
    private final long round;
    private final Function<Ended, Optional<Past>> keeping;
    private RoundState state;
    private int known;
    private boolean stale;

    /** @param keeping what is written with the event that ends the round; empty for nothing */
    Journal(RoundStore store, String federation, long round, Function<Ended, Optional<Past>> keeping) {
        this.store = store;
        this.federation = federation;
        this.round = round;
        this.keeping = keeping;
        this.state = new RoundState.Unopened();
        reload();
    }

    private void reload() {
        List<RoundEvent> events = store.read(federation, round);
        state = RoundState.of(events);
        known = events.size();
    }

    long round() {
        return round;
    }

    RoundState state() {
        return state;
    }

    /** Writes the first event; whoever was first has opened the round. */
    void open(RoundEvent.Opened opened) {
        if (!write(List.of(opened), state.after(opened))) {
            reload();
        }
    }

    /** Decides, and writes what follows before it is true here. */
    Decision offer(RoundInput input, Instant now) {
        return offer(List.of(input), now).getFirst();
    }

    /** Decides on each as if the others before it were written, and writes all that follows at once. */
    List<Decision> offer(List<RoundInput> inputs, Instant now) {
        for (int i = 0; i < MOST_CONFLICTS; i++) {
            List<Decision> decisions = new ArrayList<>();
            List<RoundEvent> events = new ArrayList<>();
            RoundState after = state;
            for (RoundInput input : inputs) {
                Decision decision = Round.decide(after, input, now);
                decisions.add(decision);
                if (decision instanceof Follows(List<RoundEvent> next)) {
                    events.addAll(next);
                    after = after.after(next);
                }
            }
            if (events.isEmpty() || write(events, after)) {
                return decisions;
            }
            reload();
        }
        throw new IllegalStateException("others write into round " + round + " of " + federation + " all the time");
    }

    /** Whether the events were written; if that is not known, the next call reads what is there. */
    private boolean write(List<RoundEvent> events, RoundState after) {
        boolean written;
        try {
            Past past = after instanceof Ended ended ? keeping.apply(ended).orElse(null) : null;
            written = store.append(federation, round, known, events, past);
        } catch (RuntimeException e) {
            stale = true;
            throw e;
        }
        if (written) {
            state = after;
            known += events.size();
        }
        return written;
    }

    /** What was written may not stand: the next call reads what is there. */
    void doubt() {
        stale = true;
    }

    /** After a write whose end is not known: reads again. */
    void refresh() {
        if (stale) {
            reload();
            stale = false;
        }
    }
}
