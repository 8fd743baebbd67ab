// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

/** Judges what a device shows; one for each way of showing it. */
public interface Attestor {

    /**
     * Whether the evidence is of a device that a federation takes, and of this moment.
     *
     * @param nonce that the device was to answer to
     */
    Verdict judge(Evidence evidence, byte[] nonce);

    /** What came of it. */
    sealed interface Verdict {

        /** @param measured for people: what the device runs */
        record Trusted(String measured) implements Verdict {}

        /** @param reason for people */
        record Refused(String reason) implements Verdict {}
    }
}
