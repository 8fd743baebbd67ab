// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2 with HMAC-SHA-256 (RFC 8018) of a secret. Takes tens of milliseconds on purpose: not for an event loop.
 *
 * @param salt 16 random bytes
 * @param iterations rounds
 * @param hash 32 bytes
 */
public record SlowHash(byte[] salt, int iterations, byte[] hash) {

    static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    public SlowHash {
        if (salt.length == 0 || iterations < 1 || hash.length * Byte.SIZE != HASH_BITS) {
            throw new IllegalArgumentException("a hash has a salt, at least one round and 32 bytes");
        }
    }

    static SlowHash of(String secret, byte[] salt, int iterations) {
        return new SlowHash(salt, iterations, derive(secret, salt, iterations));
    }

    /** Whether this is the hash of that secret; takes the same time for every secret. */
    boolean matches(String secret) {
        return MessageDigest.isEqual(hash, derive(secret, salt, iterations));
    }

    private static byte[] derive(String secret, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(secret.toCharArray(), salt, iterations, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has PBKDF2WithHmacSHA256", e);
        } finally {
            spec.clearPassword();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlowHash(byte[] otherSalt, int otherIterations, byte[] otherHash)
                && iterations == otherIterations
                && Arrays.equals(salt, otherSalt)
                && MessageDigest.isEqual(hash, otherHash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(salt);
    }

    /** Never the hash. */
    @Override
    public String toString() {
        return "SlowHash[" + iterations + " rounds]";
    }
}
