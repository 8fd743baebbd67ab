// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where devices and the tokens by which they enrol are kept. */
public interface DeviceStore {

    /** The device of an id. */
    Optional<Device> find(UUID id);

    /**
     * Uses a token once and keeps the device, or neither.
     *
     * @param token SHA-256 of the token in hexadecimal
     * @param fresh id of the device, if its key is new
     * @return the device, which is the one that the key has if it enrolled before; empty if the token is of no use at that moment
     */
    Optional<Device> enrol(String token, UUID fresh, String publicKey, String label, Instant now);

    /**
     * The federation that a token lets devices into at that moment; empty if the token is of no use.
     *
     * @param token SHA-256 of the token in hexadecimal
     */
    Optional<String> federation(String token, Instant now);

    /**
     * Replaces the key of a device.
     *
     * @return whether the device has the new key now; false if its key is another one than the old, or another device has the new one
     */
    boolean changeKey(UUID id, String oldKey, String newKey);

    /** Devices of a federation in the order in which they enrolled, at most so many. */
    List<Device> all(String federation, int most);

    /** Says whether a device takes part. */
    void consent(UUID id, boolean participating);

    /**
     * Keeps a token.
     *
     * @return whether there is such a federation
     */
    boolean addToken(String federation, String token, int uses, Instant expires);
}
