// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

/**
 * What a device shows.
 *
 * @param statement what was signed: {@link SoftwareStatement}, or a TPM's {@code TPMS_ATTEST}; at most {@value #MOST_BYTES} bytes
 * @param signature of it: raw Ed25519, or a TPM's {@code TPMT_SIGNATURE}
 * @param key DER (X.509 SubjectPublicKeyInfo) of the attestation key
 */
@SuppressWarnings("ArrayRecordComponent")
public record Evidence(byte[] statement, byte[] signature, byte[] key) {

    /** Of each part. */
    public static final int MOST_BYTES = 4096;

    public Evidence {
        if (statement.length > MOST_BYTES || signature.length > MOST_BYTES || key.length > MOST_BYTES) {
            throw new IllegalArgumentException("each part of an evidence has at most " + MOST_BYTES + " bytes");
        }
    }
}
