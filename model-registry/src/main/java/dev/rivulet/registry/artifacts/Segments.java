// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The bytes of a sealed blob: a header of 16 bytes that names its data key, then segments of 64 KiB, the last one shorter, each as
 * {@code nonce (12) ‖ ciphertext ‖ tag (16)}. AES-256-GCM with a data key of its own for every blob and a random nonce for every
 * segment (at most 2³² of them, of which NIST SP 800-38D allows no more); the digest of the blob, the index of the segment and
 * whether it is the last are authenticated with it. Segments that are swapped, repeated, left out, cut off or come from another
 * blob don't open; the construction is the one of STREAM (Hoang et al. 2015), with nonces at random so that a tail can be sealed
 * again.
 */
final class Segments {

    static final int HEADER = 16;
    static final int PLAIN = 64 * 1024;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    static final int OVERHEAD = NONCE + TAG;
    static final int SEALED = PLAIN + OVERHEAD;

    private final SecretKey key;
    private final Sha256 blob;

    Segments(SecretKey key, Sha256 blob) {
        this.key = key;
        this.blob = blob;
    }

    /** Bytes of a blob whose sealed form has so many bytes. */
    static long plainSize(long sealed) {
        long body = Math.max(0, sealed - HEADER);
        return body - count(sealed) * OVERHEAD;
    }

    /** Segments of a sealed form of so many bytes. */
    static long count(long sealed) {
        return Math.ceilDiv(Math.max(0, sealed - HEADER), (long) SEALED);
    }

    /** Where a segment begins in the sealed form. */
    static long position(long index) {
        return HEADER + index * SEALED;
    }

    /** Seals the first {@code length} bytes. */
    ByteBuffer seal(byte[] plain, int length, long index, boolean last, SecureRandom random) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, index, last);
            byte[] sealed = new byte[NONCE + length + TAG];
            System.arraycopy(nonce, 0, sealed, 0, NONCE);
            cipher.doFinal(plain, 0, length, sealed, NONCE);
            return ByteBuffer.wrap(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A segment can't be sealed", e);
        }
    }

    /**
     * Opens a segment.
     *
     * @throws IOException if it is not the one of this blob and place
     */
    byte[] open(byte[] sealed, int length, long index, boolean last) throws IOException {
        try {
            if (length < OVERHEAD) {
                throw new AEADBadTagException("too short");
            }
            return cipher(Cipher.DECRYPT_MODE, sealed, index, last).doFinal(sealed, NONCE, length - NONCE);
        } catch (AEADBadTagException e) {
            throw new IOException(
                    "The blob " + blob + " was changed where it lies: segment " + index + " doesn't open", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A segment can't be opened", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, long index, boolean last) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce, 0, NONCE));
        cipher.updateAAD(java.util.HexFormat.of().parseHex(blob.hex()));
        cipher.updateAAD(
                ByteBuffer.allocate(9).putLong(index).put((byte) (last ? 1 : 0)).flip());
        return cipher;
    }
}
