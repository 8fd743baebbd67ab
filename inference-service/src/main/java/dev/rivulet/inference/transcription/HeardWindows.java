package dev.rivulet.inference.transcription;

import dev.rivulet.engine.speech.SpeechFeatures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hidden states of windows that were heard before, by the hash of their features; no caller hears from what another sent. The ones longest
 * unused go first. Thread-safe.
 */
final class HeardWindows {

    private final long most;
    private final Counter hits;
    private final Counter misses;
    private final Map<String, float[]> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    HeardWindows(long most, MeterRegistry meters) {
        this.most = most;
        hits = counter(meters, "hit");
        misses = counter(meters, "miss");
        Gauge.builder("rivulet.inference.speech.cache.bytes", this, HeardWindows::bytes)
                .description("Hidden states of windows of sound that are kept")
                .baseUnit("bytes")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("rivulet.inference.speech.cache")
                .description("Windows of sound that were heard before, or not")
                .tag("result", result)
                .register(meters);
    }

    /** Bytes that are kept. */
    synchronized long bytes() {
        return bytes;
    }

    /**
     * The states of a window.
     *
     * @param owner whose it is: a caller and a version of a model
     * @param compute gives them if they are not kept
     */
    float[] states(String owner, SpeechFeatures window, Supplier<float[]> compute) {
        if (most == 0) {
            return compute.get();
        }
        String key = owner + '/' + hash(window.values());
        float[] known = find(key);
        if (known != null) {
            hits.increment();
            return known;
        }
        misses.increment();
        float[] states = compute.get();
        keep(key, states);
        return states;
    }

    private synchronized float @Nullable [] find(String key) {
        return kept.get(key);
    }

    private synchronized void keep(String key, float[] states) {
        long size = (long) states.length * Float.BYTES;
        if (size > most || kept.put(key, states) != null) {
            return;
        }
        bytes += size;
        Iterator<float[]> oldest = kept.values().iterator();
        while (bytes > most) {
            bytes -= (long) oldest.next().length * Float.BYTES;
            oldest.remove();
        }
    }

    private static String hash(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
