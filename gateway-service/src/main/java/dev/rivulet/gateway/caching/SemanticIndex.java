// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Answers by what their question means, apart for everything else of a request. Bounded by bytes; safe for use by many threads. */
final class SemanticIndex {

    private static final int MOST_OF_ONE_KIND = 128;

    private record Entry(float[] vector, Kept kept) {
        int bytes() {
            return vector.length * Float.BYTES + kept.body().length + 64;
        }
    }

    private final Cache<String, List<Entry>> entries;

    SemanticIndex(long bytes, Duration keep) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((String key, List<Entry> all) ->
                        key.length() + all.stream().mapToInt(Entry::bytes).sum())
                .expireAfterWrite(keep)
                .executor(Runnable::run)
                .build();
    }

    /**
     * The answer to the question that is most alike.
     *
     * @param rest key of everything but the question
     * @param vector of length 1
     */
    Optional<Kept> nearest(String rest, float[] vector, double threshold) {
        List<Entry> alike = entries.getIfPresent(rest);
        return alike == null
                ? Optional.empty()
                : alike.stream()
                        .max(Comparator.comparingDouble(entry -> cosine(entry.vector(), vector)))
                        .filter(entry -> cosine(entry.vector(), vector) >= threshold)
                        .map(Entry::kept);
    }

    /** Keeps an answer; of those that differ in their question alone the 128 latest stay. */
    void keep(String rest, float[] vector, Kept kept) {
        entries.asMap().merge(rest, List.of(new Entry(vector, kept)), (before, added) -> {
            List<Entry> all = new ArrayList<>(before);
            all.addAll(added);
            return List.copyOf(all.subList(Math.max(0, all.size() - MOST_OF_ONE_KIND), all.size()));
        });
    }

    private static double cosine(float[] one, float[] other) {
        if (one.length != other.length) {
            return 0;
        }
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
