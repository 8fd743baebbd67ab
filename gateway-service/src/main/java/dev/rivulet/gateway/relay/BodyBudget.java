// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.util.concurrent.atomic.AtomicLong;

/** What all request bodies together may hold in memory, in bytes. */
final class BodyBudget {

    private final long most;
    private final AtomicLong held = new AtomicLong();

    BodyBudget(long most) {
        this.most = most;
    }

    boolean reserve(long bytes) {
        long now = held.addAndGet(bytes);
        if (now > most) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void release(long bytes) {
        held.addAndGet(-bytes);
    }

    long held() {
        return held.get();
    }
}
