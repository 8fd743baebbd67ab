package dev.rivulet.modelpackage.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.rivulet.engine.ModelRejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer of the native library. Thread-safe; closing waits for calls under way. It uses the library's JNI class, which
 * hands out ids alone, where its high-level class builds a string and a span object for each token.
 */
final class NativeTokenizer implements AutoCloseable {

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
        lock.readLock().lock();
        try {
            long encoding = TokenizersLibrary.LIB.encode(open(), wellFormed(text), framed);
            try {
                long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
                int[] tokens = new int[ids.length];
                for (int i = 0; i < ids.length; i++) {
                    tokens[i] = Math.toIntExact(ids[i]);
                }
                return tokens;
            } finally {
                TokenizersLibrary.LIB.deleteEncoding(encoding);
            }
        } finally {
            lock.readLock().unlock();
        }
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
