// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.media;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.inference.models.ModelVersion;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Numbers that an encoder made, by tenant, model version and content: who sends something again doesn't pay for it again, and nobody
 * learns by the time of an answer what another tenant sent. Bounded by bytes. Safe for threads.
 */
public final class EncodedMedia {

    private final long most;
    private final Cache<Key, float[]> kept;
    private final Counter hits;
    private final Counter misses;

    /** @param sha256 of the content, in hexadecimal digits */
    public record Key(String tenant, ModelVersion version, String sha256) {

        /** Of the bytes of a hash. */
        public static Key of(String tenant, ModelVersion version, byte[] sha256) {
            return new Key(tenant, version, HexFormat.of().formatHex(sha256));
        }
    }

    /**
     * An empty one.
     *
     * @param kind of media: a label of its metrics
     * @param most bytes that are kept; 0 keeps nothing
     */
    public EncodedMedia(String kind, long most, MeterRegistry meters) {
        this.most = most;
        this.kept = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((Key key, float[] made) -> Math.multiplyExact(made.length, Float.BYTES))
                .executor(Runnable::run)
                .build();
        this.hits = lookups(meters, kind, "hit");
        this.misses = lookups(meters, kind, "miss");
        Gauge.builder("rivulet.inference.media.cache", this, EncodedMedia::bytes)
                .tag("kind", kind)
                .baseUnit("bytes")
                .description("What encoders made and is kept")
                .register(meters);
    }

    private static Counter lookups(MeterRegistry meters, String kind, String outcome) {
        return Counter.builder("rivulet.inference.media.cache.lookups")
                .description("Media of which it was looked whether they were encoded before")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Whether anything is kept at all: if not, nothing needs a key. */
    public boolean keeps() {
        return most > 0;
    }

    /** What was kept. */
    public Optional<float[]> find(Key key) {
        Optional<float[]> found = Optional.ofNullable(kept.getIfPresent(key));
        (found.isPresent() ? hits : misses).increment();
        return found;
    }

    /** Keeps it if there is room, for which others may go. */
    public void keep(Key key, float[] made) {
        kept.put(key, made);
    }

    /** Bytes that are kept. */
    public long bytes() {
        kept.cleanUp();
        return kept.policy().eviction().orElseThrow().weightedSize().orElseThrow();
    }
}
