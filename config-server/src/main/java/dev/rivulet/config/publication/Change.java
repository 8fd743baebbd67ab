// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What became of one key; null where there was or is no value. */
record Change(String key, @Nullable Stored before, @Nullable Stored after) {

    /** What leads from one set of values to another, by key. A secret that was written anew counts, whatever it says. */
    static List<Change> between(Map<String, Stored> before, Map<String, Stored> after) {
        TreeSet<String> keys = new TreeSet<>(before.keySet());
        keys.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            Stored old = before.get(key);
            Stored now = after.get(key);
            if (old == null ? now != null : !old.equals(now)) {
                changes.add(new Change(key, old, now));
            }
        }
        return changes;
    }
}
