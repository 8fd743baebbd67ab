package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.Decision.Follows;
import java.time.Instant;
import java.util.List;

/**
 * One round as this process knows it: reads its events once, writes what follows, and reads again if another was first. Not safe for
 * threads.
 */
final class Journal {

    private static final int MOST_CONFLICTS = 16;

    private final RoundStore store;
    private final String federation;
    private final long round;
    private RoundState state;
    private int known;
    private boolean stale;

    Journal(RoundStore store, String federation, long round) {
        this.store = store;
        this.federation = federation;
        this.round = round;
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
        if (!write(List.of(opened))) {
            reload();
        }
    }

    /** Decides, and writes what follows before it is true here. */
    Decision offer(RoundInput input, Instant now) {
        for (int i = 0; i < MOST_CONFLICTS; i++) {
            Decision decision = Round.decide(state, input, now);
            if (!(decision instanceof Follows(List<RoundEvent> events)) || events.isEmpty() || write(events)) {
                return decision;
            }
            reload();
        }
        throw new IllegalStateException("others write into round " + round + " of " + federation + " all the time");
    }

    /** Whether the events were written; if that is not known, the next call reads what is there. */
    private boolean write(List<RoundEvent> events) {
        boolean written;
        try {
            written = store.append(federation, round, known, events);
        } catch (RuntimeException e) {
            stale = true;
            throw e;
        }
        if (written) {
            events.forEach(event -> state = state.after(event));
            known += events.size();
        }
        return written;
    }

    /** After a write whose end is not known: reads again. */
    void refresh() {
        if (stale) {
            reload();
            stale = false;
        }
    }
}
