// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which replica had a session last, by the hash of its name. Bounded; safe for use by many threads. */
final class Sessions {

    private final Cache<Long, String> replicas;

    /**
     * @param most sessions that are remembered
     * @param idle after which one is forgotten
     * @param clock monotonic, in nanoseconds
     */
    Sessions(int most, Duration idle, Ticker clock) {
        this.replicas = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(idle)
                .ticker(clock)
                .executor(Runnable::run)
                .build();
    }

    /** The replica that had the first of these names that is remembered. */
    @Nullable String last(List<Long> names) {
        return names.stream()
                .map(replicas::getIfPresent)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    void remember(Long name, String replica) {
        replicas.put(name, replica);
    }
}
