// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests may be sent twice: every request earns its share of one, and what is earned in quiet times is saved up to
 * {@link #MOST_SAVED}. So those sent twice are never more than the share of all requests, and of any number of recent ones no
 * more than their share and what was saved. Safe for use by many threads.
 */
final class HedgeBudget {

    static final int MOST_SAVED = 10;
    private static final int ONE = 100;

    private final int percent;
    private final AtomicInteger saved = new AtomicInteger();

    /** @param percent of the requests, 1 to 100 */
    HedgeBudget(int percent) {
        this.percent = percent;
    }

    /** A request has come that could be sent twice. */
    void earn() {
        add(percent);
    }

    /** Takes leave to send one twice; false if nothing is left. */
    boolean take() {
        return saved.getAndUpdate(now -> now >= ONE ? now - ONE : now) >= ONE;
    }

    /** What was taken has not been used. */
    void giveBack() {
        add(ONE);
    }

    private void add(int hundredths) {
        saved.updateAndGet(now -> Math.min(MOST_SAVED * ONE, now + hundredths));
    }
}
