// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/** The right of one request to run; give it back once, whatever happens. Further calls do nothing. */
public final class Permit implements AutoCloseable {

    private final AtomicBoolean open = new AtomicBoolean(true);
    private final LongConsumer giveBack;
    private final long estimated;

    /** @param giveBack gets the tokens that the request took */
    Permit(long estimated, LongConsumer giveBack) {
        this.estimated = estimated;
        this.giveBack = giveBack;
    }

    /** Gives it back; the request is taken to have taken the tokens that were thought. */
    @Override
    public void close() {
        close(estimated);
    }

    /** Gives it back. @param tokens what the request really took */
    public void close(long tokens) {
        if (open.compareAndSet(true, false)) {
            giveBack.accept(tokens);
        }
    }
}
