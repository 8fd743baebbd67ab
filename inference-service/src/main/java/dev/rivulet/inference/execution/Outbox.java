// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text on its way from the loop to one reader. The loop never waits: when more text waits than the capacity holds, the sequence
 * is parked, and when the reader takes it, {@code resumed}
 * is called. Thread-safe.
 */
final class Outbox {

    /** The capacity of a reader who wants the whole answer at once, and hears of nothing before its end. */
    static final int WHOLE = Integer.MAX_VALUE;

    /** Characters that a token with its log probabilities counts as. */
    private static final int SCORED_WEIGHT = 64;

    private final int capacity;
    private final Runnable resumed;
    private StringBuilder text = new StringBuilder();
    private List<ScoredToken> tokens = new ArrayList<>(0);
    private @Nullable Ending ending;
    private @Nullable Runnable ready;
    private boolean announced;
    private boolean stalled;
    private boolean ended;

    /** @param resumed called on the reader's thread when a stalled reader has taken text; must not block */
    Outbox(int capacity, Runnable resumed) {
        this.capacity = capacity;
        this.resumed = resumed;
    }

    /** Adds text; returns whether there is room for more. Called by the loop. */
    boolean add(String piece) {
        return add(piece, List.of());
    }

    /** Adds text and tokens; returns whether there is room for more. Called by the loop. */
    boolean add(String piece, List<ScoredToken> scored) {
        Runnable call;
        boolean room;
        synchronized (this) {
            if (ended) {
                return true;
            }
            text.append(piece);
            tokens.addAll(scored);
            stalled = text.length() + (long) SCORED_WEIGHT * tokens.size() >= capacity;
            room = !stalled;
            call = piece.isEmpty() && scored.isEmpty() || capacity == WHOLE ? null : announce();
        }
        run(call);
        return room;
    }

    /** Adds the last text and how it ended. Called by the loop, once; later calls change nothing. */
    void end(String piece, Ending how) {
        end(piece, List.of(), how);
    }

    void end(String piece, List<ScoredToken> scored, Ending how) {
        Runnable call;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            text.append(piece);
            tokens.addAll(scored);
            ending = how;
            call = announce();
        }
        run(call);
    }

    /** Everything that is ready now. Called by the reader. */
    Batch take() {
        Runnable call = null;
        Batch batch;
        synchronized (this) {
            announced = false;
            batch = new Batch(text.toString(), tokens.isEmpty() ? List.of() : tokens, ending);
            tokens = tokens.isEmpty() ? tokens : new ArrayList<>();
            text = text.length() > capacity ? new StringBuilder() : text;
            text.setLength(0);
            if (stalled && !ended) {
                stalled = false;
                call = resumed;
            }
        }
        run(call);
        return batch;
    }

    /**
     * Calls {@code ready} whenever something comes after a {@link #take()}; at once if something is there already. It runs on the
     * loop thread and must not block.
     */
    void onReady(Runnable ready) {
        Runnable call;
        synchronized (this) {
            this.ready = ready;
            call = ending == null && (text.isEmpty() && tokens.isEmpty() || capacity == WHOLE) ? null : announce();
        }
        run(call);
    }

    private @Nullable Runnable announce() {
        if (announced || ready == null) {
            return null;
        }
        announced = true;
        return ready;
    }

    private static void run(@Nullable Runnable call) {
        if (call != null) {
            call.run();
        }
    }
}
