// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What somebody wants to publish, all of it or nothing.
 *
 * @param revision the revision he has seen; 0 where nothing was published
 * @param set by key
 * @param secrets by key
 * @param remove keys
 */
record Publication(long revision, Map<String, String> set, Map<String, String> secrets, List<String> remove) {

    /** Keys of one publication. */
    static final int MOST = 200;

    int size() {
        return set.size() + secrets.size() + remove.size();
    }

    /** Whether a key is named twice, so that it isn't clear what becomes of it. */
    boolean ambiguous() {
        Set<String> keys = new HashSet<>(set.keySet());
        keys.addAll(secrets.keySet());
        keys.addAll(remove);
        return keys.size() < size();
    }
}
