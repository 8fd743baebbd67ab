// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

/** Shows what a device runs: asks its TPM for a quote, or its attestation key for a signature. */
@FunctionalInterface
public interface Attesting {

    /**
     * What is shown.
     *
     * @param statement what was signed
     * @param signature of it
     * @param key DER (X.509 SubjectPublicKeyInfo) of the attestation key
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Shown(byte[] statement, byte[] signature, byte[] key) {}

    /** @param nonce that it answers to, 32 bytes: a TPM's qualifying data */
    Shown show(byte[] nonce) throws Exception;
}
