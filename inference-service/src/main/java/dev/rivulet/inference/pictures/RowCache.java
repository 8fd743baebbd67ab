package dev.rivulet.inference.pictures;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of pictures by tenant, model version and content: who sends a picture again doesn't pay for it again, and nobody learns by the time
 * of an answer what another tenant sent. Bounded by bytes; the longest unused go first. Thread-safe.
 */
final class RowCache {

    private final long limit;
    private final Map<Key, float[]> rows = new LinkedHashMap<>(16, 0.75f, true);
    private final Counter hits;
    private final Counter misses;
    private long bytes;

    /** @param version of the model, with its name */
    record Key(String tenant, String version, String hash) {

        Key(String tenant, String version, byte[] hash) {
            this(tenant, version, HexFormat.of().formatHex(hash));
        }
    }

    RowCache(long limit, MeterRegistry meters) {
        this.limit = limit;
        this.hits = lookups(meters, "hit");
        this.misses = lookups(meters, "miss");
        Gauge.builder("rivulet.pictures.cache", this, RowCache::bytes)
                .baseUnit("bytes")
                .description("Rows of pictures that are kept")
                .register(meters);
    }

    private static Counter lookups(MeterRegistry meters, String outcome) {
        return Counter.builder("rivulet.pictures.cache.lookups")
                .description("Pictures whose rows were looked for")
                .tag("outcome", outcome)
                .register(meters);
    }

    synchronized Optional<float[]> find(Key key) {
        Optional<float[]> found = Optional.ofNullable(rows.get(key));
        (found.isPresent() ? hits : misses).increment();
        return found;
    }

    synchronized void put(Key key, float[] made) {
        long size = size(made);
        if (size > limit) {
            return;
        }
        float[] before = rows.put(key, made);
        bytes += size - (before == null ? 0 : size(before));
        Iterator<float[]> oldest = rows.values().iterator();
        while (bytes > limit && oldest.hasNext()) {
            bytes -= size(oldest.next());
            oldest.remove();
        }
    }

    private static long size(float[] made) {
        return (long) made.length * Float.BYTES;
    }

    synchronized long bytes() {
        return bytes;
    }
}
