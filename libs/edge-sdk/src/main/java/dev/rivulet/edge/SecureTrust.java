// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * What a device demands of a federation before it gives its update, masked or not.
 *
 * @param random for keys, masks and noise
 * @param leastDevices of a sum: the device takes no part in rounds that would unmask a sum of fewer
 * @param maskedOnly whether it gives its update to rounds that sum securely alone
 * @param keys of other devices, from somebody else than the federation; without a key of each, the device takes no part in signed rounds
 */
public record SecureTrust(SecureRandom random, int leastDevices, boolean maskedOnly, KeyDirectory keys) {

    /** Knows the Ed25519 keys of devices. */
    @FunctionalInterface
    public interface KeyDirectory {

        /** The key of a device; empty if it is not known. */
        Optional<PublicKey> of(String device);
    }

    public SecureTrust {
        if (leastDevices < 2) {
            throw new IllegalArgumentException("a sum is of 2 devices or more: one of fewer hides nothing");
        }
    }

    /** Trust in a federation that follows the protocol: sums of 2, single updates where it asks for them, no keys of others. */
    public static SecureTrust usual(SecureRandom random) {
        return new SecureTrust(random, 2, false, _ -> Optional.empty());
    }
}
