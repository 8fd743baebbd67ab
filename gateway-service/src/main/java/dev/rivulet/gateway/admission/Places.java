// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * Whose requests of one model run: within the limit, and in the headroom beyond it. Both are counted apart, so that whoever comes
 * in through the headroom takes no turn of those who wait. Pure; for one thread at a time.
 */
final class Places {

    private final Map<String, Integer> byKey = new HashMap<>();
    private int within;
    private int beyond;
    private int crowded;

    /** Requests that run within the limit. */
    int within() {
        return within;
    }

    /** Requests that run in the headroom. */
    int beyond() {
        return beyond;
    }

    /** Whether nothing of a key runs while another key has several places. */
    boolean outnumbered(String key) {
        return crowded > 0 && !byKey.containsKey(key);
    }

    void take(String key, boolean headroom) {
        within += headroom ? 0 : 1;
        beyond += headroom ? 1 : 0;
        crowded += byKey.merge(key, 1, Integer::sum) == 2 ? 1 : 0;
    }

    void giveBack(String key, boolean headroom) {
        within -= headroom ? 0 : 1;
        beyond -= headroom ? 1 : 0;
        Integer left = byKey.computeIfPresent(key, (one, count) -> count == 1 ? null : count - 1);
        crowded -= left != null && left == 1 ? 1 : 0;
    }
}
