// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pseudorandom bytes of a 256-bit key: ChaCha20 (RFC 8439) with a nonce of zeros and a counter from 0, read as little-endian
 * integers. A key must be used for one stream alone. Also a fast, cryptographically strong {@link RandomGenerator}. Not safe for many
 * threads.
 */
public final class KeyStream implements RandomGenerator {

    /** Bytes of a key. */
    public static final int KEY_BYTES = 32;

    private static final int CHUNK = 1 << 14;
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Cipher cipher;
    private final byte[] zeros = new byte[CHUNK];
    private final byte[] bytes = new byte[CHUNK];
    private int next = CHUNK;

    /** @param key {@value #KEY_BYTES} bytes */
    public KeyStream(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, not " + key.length);
        }
        try {
            cipher = Cipher.getInstance("ChaCha20");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "ChaCha20"),
                    new ChaCha20ParameterSpec(new byte[12], 0));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has ChaCha20", e);
        }
    }

    /** Adds the next integers of the stream to a vector, modulo 2³². */
    public void addTo(int[] vector) {
        for (int from = 0; from < vector.length; from += CHUNK / Integer.BYTES) {
            refill();
            int count = Math.min(CHUNK / Integer.BYTES, vector.length - from);
            for (int i = 0; i < count; i++) {
                vector[from + i] += (int) INTS.get(bytes, i * Integer.BYTES);
            }
        }
        next = CHUNK;
    }

    /** Takes the next integers of the stream from a vector, modulo 2³². */
    public void takeFrom(int[] vector) {
        for (int from = 0; from < vector.length; from += CHUNK / Integer.BYTES) {
            refill();
            int count = Math.min(CHUNK / Integer.BYTES, vector.length - from);
            for (int i = 0; i < count; i++) {
                vector[from + i] -= (int) INTS.get(bytes, i * Integer.BYTES);
            }
        }
        next = CHUNK;
    }

    @Override
    public long nextLong() {
        if (next == CHUNK) {
            refill();
            next = 0;
        }
        long value = (long) LONGS.get(bytes, next);
        next += Long.BYTES;
        return value;
    }

    private void refill() {
        try {
            cipher.update(zeros, 0, CHUNK, bytes, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("A stream cipher answers as many bytes as it gets", e);
        }
    }
}
