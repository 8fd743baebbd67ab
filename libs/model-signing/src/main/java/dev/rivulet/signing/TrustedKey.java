// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A public key whose signatures count.
 *
 * @param id the first 16 hexadecimal digits of the SHA-256 of the key in DER
 * @param key Ed25519
 * @param notAfter when it stops to count; null if never
 */
public record TrustedKey(String id, PublicKey key, @Nullable Instant notAfter) {

    private static final int ID = 16;

    /**
     * Reads a key from its setting: the key in base64 of DER (X.509 SubjectPublicKeyInfo), as PEM has it between its lines, then,
     * after a space, when it expires ({@code 2027-01-31T00:00:00Z}), if it does.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public static TrustedKey parse(String setting) {
        String[] parts = setting.strip().split("\\s+");
        if (parts.length > 2) {
            throw new IllegalArgumentException("a trusted key is its base64 and, after a space, when it expires");
        }
        try {
            byte[] der = Base64.getDecoder().decode(parts[0]);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
            return new TrustedKey(id(der), key, parts.length == 2 ? Instant.parse(parts[1]) : null);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("a trusted key is not an Ed25519 public key in base64 of DER", e);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a trusted key expires at a time like 2027-01-31T00:00:00Z", e);
        }
    }

    /** The id of a key in DER. */
    public static String id(byte[] der) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(der);
            return HexFormat.of().formatHex(digest).substring(0, ID);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    boolean isExpired(Instant now) {
        return notAfter != null && now.isAfter(notAfter);
    }
}
