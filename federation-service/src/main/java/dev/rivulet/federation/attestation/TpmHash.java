// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** Hashes that are taken, with their TPM_ALG_ID (TPM 2.0 Library, Part 2, 6.3). */
enum TpmHash {
    SHA256(0x000b, "SHA-256", 32),
    SHA384(0x000c, "SHA-384", 48),
    SHA512(0x000d, "SHA-512", 64);

    private final int id;
    private final String java;
    private final int bytes;

    TpmHash(int id, String java, int bytes) {
        this.id = id;
        this.java = java;
        this.bytes = bytes;
    }

    static Optional<TpmHash> of(int id) {
        return Arrays.stream(values()).filter(hash -> hash.id == id).findFirst();
    }

    int id() {
        return id;
    }

    /** Java's name. */
    String java() {
        return java;
    }

    /** Of a digest. */
    int bytes() {
        return bytes;
    }

    /** Java's name of a signature scheme with this hash. */
    String signing(String scheme) {
        return java.replace("-", "") + "with" + scheme;
    }

    MessageDigest digest() {
        try {
            return MessageDigest.getInstance(java);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + java, e);
        }
    }
}
