// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A public Ed25519 key (RFC 8032) of a federation. Two are equal if they are the same key. */
public final class AuditKey {

    private static final int ID = 16;
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";

    private final String base64;
    private final PublicKey key;

    /**
     * @param base64 its DER (X.509 SubjectPublicKeyInfo, RFC 8410), 44 bytes, in base64
     * @throws IllegalArgumentException if it is no such key in its one form
     */
    public AuditKey(String base64) {
        byte[] der = Base64.getDecoder().decode(base64);
        this.base64 = base64;
        this.key = publicKey(der);
        if (!Base64.getEncoder().encodeToString(der).equals(base64) || !Arrays.equals(key.getEncoded(), der)) {
            throw new IllegalArgumentException("the key is not in its one form");
        }
    }

    /** The key's DER in base64. */
    public String base64() {
        return base64;
    }

    public static AuditKey of(PublicKey key) {
        return new AuditKey(Base64.getEncoder().encodeToString(key.getEncoded()));
    }

    /**
     * Reads what {@code openssl pkey -pubout} writes.
     *
     * @throws IllegalArgumentException if it is no Ed25519 public key in PEM
     */
    public static AuditKey ofPem(String pem) {
        int from = pem.indexOf(BEGIN);
        int to = pem.indexOf(END);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("there is no PUBLIC KEY in PEM");
        }
        return new AuditKey(pem.substring(from + BEGIN.length(), to).replaceAll("\\s", ""));
    }

    /** The first 16 hexadecimal digits of the SHA-256 of the DER, for people to compare. */
    public String id() {
        return Text.sha256(Base64.getDecoder().decode(base64)).substring(0, ID);
    }

    /** Whether a signature, 64 bytes, is this key's over a text. */
    boolean signed(String text, byte[] signature) {
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(text.getBytes(StandardCharsets.UTF_8));
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // the JDK throws for a signature that no key could have made
        }
    }

    private static PublicKey publicKey(byte[] der) {
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key is not an Ed25519 public key in base64 of DER", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AuditKey that && base64.equals(that.base64);
    }

    @Override
    public int hashCode() {
        return base64.hashCode();
    }

    @Override
    public String toString() {
        return "AuditKey[" + id() + "]";
    }
}
