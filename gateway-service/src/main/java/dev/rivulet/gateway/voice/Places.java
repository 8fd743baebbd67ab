// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.util.HashMap;
import java.util.Map;

/** How many of something a key, and all keys together, have at once. Safe for use by many threads. */
final class Places {

    private final int most;
    private final int mostPerKey;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    Places(int most, int mostPerKey) {
        this.most = most;
        this.mostPerKey = mostPerKey;
    }

    /** Takes a place; false if there is none. */
    synchronized boolean take(String key) {
        if (all >= most || taken.getOrDefault(key, 0) >= mostPerKey) {
            return false;
        }
        taken.merge(key, 1, Integer::sum);
        all++;
        return true;
    }

    synchronized void giveBack(String key) {
        taken.computeIfPresent(key, (name, count) -> count > 1 ? count - 1 : null);
        all--;
    }

    synchronized int taken() {
        return all;
    }
}
