// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What every tenant got of a model, in tokens: the virtual token counters of Sheng et al. 2024, "Fairness in Serving Large Language
 * Models". Who got least comes next. A token counts once for being computed and once for being generated, so that a decoded token
 * counts twice. A tenant that comes back is lifted to the least of those that are there: an absence is no credit. Immutable.
 */
final class Shares {

    static final Shares NONE = new Shares(Map.of());

    /** Absent tenants that are remembered; those that got least are forgotten first, and lose nothing by it. */
    private static final int MOST_ABSENT = 1024;

    private final Map<String, Long> served;

    private Shares(Map<String, Long> served) {
        this.served = served;
    }

    long of(String tenant) {
        return served.getOrDefault(tenant, 0L);
    }

    /** The counters, to go on from. */
    Map<String, Long> counters() {
        return new HashMap<>(served);
    }

    static Shares of(Map<String, Long> counters) {
        return new Shares(Map.copyOf(counters));
    }

    /** With a tenant that was not there, beside those that are. */
    Shares joined(String tenant, Collection<String> present) {
        long level = present.isEmpty()
                ? served.values().stream().mapToLong(Long::longValue).max().orElse(0)
                : present.stream().mapToLong(this::of).min().orElse(0);
        Map<String, Long> next = counters();
        next.merge(tenant, level, Math::max);
        next.entrySet()
                .removeIf(other -> other.getValue() <= level
                        && !present.contains(other.getKey())
                        && !other.getKey().equals(tenant));
        while (next.size() > present.size() + 1 + MOST_ABSENT) {
            next.entrySet().stream()
                    .filter(other ->
                            !present.contains(other.getKey()) && !other.getKey().equals(tenant))
                    .min(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .ifPresent(next::remove);
        }
        return new Shares(next);
    }
}
