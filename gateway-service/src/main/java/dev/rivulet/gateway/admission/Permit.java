package dev.rivulet.gateway.admission;

import java.util.concurrent.atomic.AtomicBoolean;

/** The right of one request to run; give it back once, whatever happens. Further calls do nothing. */
public final class Permit implements AutoCloseable {

    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Runnable giveBack;

    Permit(Runnable giveBack) {
        this.giveBack = giveBack;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            giveBack.run();
        }
    }
}
