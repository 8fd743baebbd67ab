// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing a version was made from.
 *
 * @param from {@code model/version}
 * @param target what it is, in the form that its kind has
 * @param facts figures and words about it
 */
public record Edge(String from, EdgeKind kind, String target, SortedMap<String, String> facts) {

    public Edge {
        facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
    }

    static Edge of(String from, EdgeKind kind, String target, Map<String, String> facts) {
        return new Edge(from, kind, target, new TreeMap<>(facts));
    }
}
