// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer of the native library. Thread-safe; closing waits for calls under way. It uses the library's JNI class, which
 * hands out ids alone, where its high-level class builds a string and a span object for each token.
 */
final class NativeTokenizer implements AutoCloseable {

    private static final int[] NONE = {};

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    /**
     * @param json a whole {@code tokenizer.json}
     */
    NativeTokenizer(String json) throws ModelRejectedException {
        stayLocal();
        LibUtils.checkStatus();
        try {
            handle = TokenizersLibrary.LIB.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw new ModelRejectedException(TokenizerJson.FILE + ": " + e.getMessage(), e);
        }
    }

    /** Ids of a text; {@code framed} adds what the tokenizer puts around a whole text, such as a begin token. */
    int[] encode(String text, boolean framed) {
        return encoded(text, null, framed, (library, encoding) -> ints(library.getTokenIds(encoding)));
    }

    /** A text or a pair in its frame. @param spans whether places are wanted, which costs an object for each token */
    Encoding encodePair(String text, @Nullable String pair, boolean spans) {
        return encoded(text, pair, true, (library, encoding) -> {
            int[] ids = ints(library.getTokenIds(encoding));
            int[] types = ints(library.getTypeIds(encoding));
            int[] sources = sources(library, encoding);
            if (!spans) {
                return new Encoding(ids, types, sources, NONE, NONE, NONE);
            }
            CharSpan[] places = library.getTokenCharSpans(encoding);
            int[] starts = new int[ids.length];
            int[] ends = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                CharSpan place = sources[i] < 0 ? null : places[i];
                String of = sources[i] == 1 && pair != null ? pair : text;
                starts[i] = place == null ? 0 : units(of, place.getStart());
                ends[i] = place == null ? 0 : units(of, place.getEnd());
            }
            return new Encoding(ids, types, sources, starts, ends, ints(library.getWordIds(encoding)));
        });
    }

    /** Reads an encoding of the library, which is freed afterwards. */
    private interface Reading<T> {
        T of(TokenizersLibrary library, long encoding);
    }

    private <T> T encoded(String text, @Nullable String pair, boolean framed, Reading<T> reading) {
        lock.readLock().lock();
        try {
            long encoding = pair == null
                    ? TokenizersLibrary.LIB.encode(open(), wellFormed(text), framed)
                    : TokenizersLibrary.LIB.encodeDual(open(), wellFormed(text), wellFormed(pair), framed);
            try {
                return reading.of(TokenizersLibrary.LIB, encoding);
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
    }

    private static int[] sources(TokenizersLibrary library, long encoding) {
        int[] sources = ints(library.getSequenceIds(encoding));
        long[] special = library.getSpecialTokenMask(encoding);
        for (int i = 0; i < sources.length; i++) {
            sources[i] = special[i] == 1 ? -1 : sources[i];
        }
        return sources;
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            ints[i] = Math.toIntExact(values[i]);
        }
        return ints;
    }

    /** UTF-16 units of so many code points, in which the library counts. */
    private static int units(String text, int points) {
        return text.offsetByCodePoints(0, points);
    }

    String decode(long[] tokens) {
        lock.readLock().lock();
        try {
            return tokens.length == 0 ? "" : TokenizersLibrary.LIB.decode(open(), tokens, false);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                TokenizersLibrary.LIB.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private long open() {
        if (handle == 0) {
            throw new IllegalStateException("the tokenizer is closed");
        }
        return handle;
    }

    /** Half surrogates have no UTF-8 form and reach the library as U+FFFD. */
    private static String wellFormed(String text) {
        int[] points = null;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                points = text.codePoints()
                        .map(point ->
                                point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xfffd : point)
                        .toArray();
                break;
            }
        }
        return points == null ? text : new String(points, 0, points.length);
    }

    /**
     * Keeps the library off the network (no download of GPU variants, no telemetry) and out of shared folders: where the home
     * folder can't be written, it would unpack its native code to a path that others can guess.
     */
    private static void stayLocal() {
        setDefault("ai.djl.offline", "true");
        setDefault("RUST_FLAVOR", "cpu");
        boolean placed = System.getenv("ENGINE_CACHE_DIR") != null
                || System.getenv("DJL_CACHE_DIR") != null
                || System.getProperty("DJL_CACHE_DIR") != null
                || System.getProperty("ENGINE_CACHE_DIR") != null;
        if (!placed && !Files.isWritable(Path.of(System.getProperty("user.home", "/")))) {
            try {
                setDefault(
                        "ENGINE_CACHE_DIR",
                        Files.createTempDirectory("rivulet-native").toString());
            } catch (IOException e) {
                throw new IllegalStateException(
                        "no folder for native libraries can be written; set ENGINE_CACHE_DIR to one that can", e);
            }
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
