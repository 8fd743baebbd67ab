// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import dev.rivulet.devices.DeviceKeys;
import java.security.PublicKey;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A device that has enrolled.
 *
 * @param id its pseudonym: nothing about its owner
 * @param federation that it belongs to
 * @param publicKey Ed25519, 64 hexadecimal digits
 * @param participating whether it may be given work, and what it sends be used
 */
public record Device(UUID id, String federation, String publicKey, boolean participating) {

    /** The key that its requests are signed with. */
    public PublicKey key() {
        return DeviceKeys.publicKey(HexFormat.of().parseHex(publicKey));
    }
}
