// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names devices in the log without telling who they are: the left half of HMAC-SHA-256 of the device id (truncated as RFC 2104, section 5,
 * allows) under a key of the federation. Whoever has the key can find a device's entries; nobody else can, and two federations
 * name one device differently.
 */
public final class Pseudonyms {

    /** Hexadecimal digits of a pseudonym: 128 bits. */
    public static final int DIGITS = 32;

    private static final int SHORTEST_KEY = 32;

    private final SecretKeySpec key;

    /** @param key at least 32 random bytes, kept apart from the log */
    public Pseudonyms(byte[] key) {
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException("the key has " + key.length + " bytes; at least 32 are needed");
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /** The pseudonym of a device, {@value #DIGITS} hexadecimal digits. */
    public String of(String device) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] digest = mac.doFinal(device.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA-256", e);
        }
    }
}
