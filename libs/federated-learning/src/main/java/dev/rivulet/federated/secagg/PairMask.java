// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.security.InvalidKeyException;

/** The mask between two devices: the lower number adds it, the higher takes it, and in the sum of both it is gone. */
final class PairMask {

    private final String round;

    PairMask(String round) {
        this.round = round;
    }

    /**
     * Puts the mask between two devices onto what one of them sends.
     *
     * @param secret masking key of one of the two
     * @param open masking key of the other
     */
    void put(int[] vector, int sender, int other, byte[] secret, byte[] open) throws InvalidKeyException {
        KeyStream stream = stream(sender, other, secret, open);
        if (sender < other) {
            stream.addTo(vector);
        } else {
            stream.takeFrom(vector);
        }
    }

    /** Takes the mask between two devices from what one of them sent. */
    void remove(int[] vector, int sender, int other, byte[] secret, byte[] open) throws InvalidKeyException {
        put(vector, other, sender, secret, open);
    }

    private KeyStream stream(int one, int other, byte[] secret, byte[] open) throws InvalidKeyException {
        String purpose = "rivulet/secagg/mask/" + round + "/" + Math.min(one, other) + "/" + Math.max(one, other);
        return new KeyStream(KeyAgreements.derive(KeyAgreements.agree(secret, open), purpose));
    }
}
