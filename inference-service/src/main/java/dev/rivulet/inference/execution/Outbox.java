package dev.rivulet.inference.execution;

import org.jspecify.annotations.Nullable;

/**
 * Text on its way from the loop to one reader. The loop never waits: when more text waits than the capacity holds, the sequence
 * is parked, and when the reader takes it, {@code resumed}
 * is called. Thread-safe.
 */
final class Outbox {

    /** The capacity of a reader who wants the whole answer at once, and hears of nothing before its end. */
    static final int WHOLE = Integer.MAX_VALUE;

    private final int capacity;
    private final Runnable resumed;
    private StringBuilder text = new StringBuilder();
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
        Runnable call;
        boolean room;
        synchronized (this) {
            if (ended) {
                return true;
            }
            text.append(piece);
            stalled = text.length() >= capacity;
            room = !stalled;
            call = piece.isEmpty() || capacity == WHOLE ? null : announce();
        }
        run(call);
        return room;
    }

    /** Adds the last text and how it ended. Called by the loop, once; later calls change nothing. */
    void end(String piece, Ending how) {
        Runnable call;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            text.append(piece);
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
            batch = new Batch(text.toString(), ending);
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
            call = ending == null && (text.isEmpty() || capacity == WHOLE) ? null : announce();
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
