// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys that stand for a device's signature for a while: X25519 (RFC 7748), HKDF-SHA256 (RFC 5869), HMAC-SHA256 (RFC 2104). A device
 * signs its half with its Ed25519 key, so that a key that holds at the federation is of that device and nobody else.
 */
public final class SessionKeys {

    /** Bytes of a half. */
    public static final int PUBLIC_KEY_BYTES = 32;

    private static final String MAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    /** DER of an X25519 public key (RFC 8410) before its 32 bytes. */
    private static final byte[] DER = HexFormat.of().parseHex("302a300506032b656e032100");

    private SessionKeys() {}

    /** A new half. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no X25519", e);
        }
    }

    /** The 32 bytes of a public half. */
    public static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
    }

    /**
     * The key that two halves agree on.
     *
     * @param own private half
     * @param other raw public half of the other side
     * @param device id of the device
     * @param ofDevice raw public half of the device
     * @param ofFederation raw public half of the federation
     * @return 32 bytes
     * @throws IllegalArgumentException if the other half is none, or leads to a key that everybody knows
     */
    public static byte[] agreed(PrivateKey own, byte[] other, String device, byte[] ofDevice, byte[] ofFederation) {
        if (other.length != PUBLIC_KEY_BYTES) {
            throw new IllegalArgumentException("an X25519 public key has 32 bytes, not " + other.length);
        }
        byte[] encoded = Arrays.copyOf(DER, DER.length + other.length);
        System.arraycopy(other, 0, encoded, DER.length, other.length);
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(own);
            agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(new X509EncodedKeySpec(encoded)), true);
            byte[] purpose = ("rivulet-session-1\n" + device + "\n").getBytes(StandardCharsets.US_ASCII);
            byte[] info = ByteBuffer.allocate(purpose.length + ofDevice.length + ofFederation.length)
                    .put(purpose)
                    .put(ofDevice)
                    .put(ofFederation)
                    .array();
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(agreement.generateSecret())
                            .thenExpand(info, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these 32 bytes are no X25519 public key", e);
        }
    }

    /** What stands for the signature of a request, in unpadded base64url. */
    public static String sign(byte[] key, String session, SignedHead head) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac(key, session, head));
    }

    /** Whether it was made with that key; false also for what is nothing of the kind. */
    public static boolean verify(byte[] key, String session, SignedHead head, String signature) {
        try {
            return MessageDigest.isEqual(
                    mac(key, session, head), Base64.getUrlDecoder().decode(signature));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Of {@code rivulet-session-1}, the session and what is signed of the request, on lines of their own. */
    private static byte[] mac(byte[] key, String session, SignedHead head) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            mac.update(("rivulet-session-1\n" + session + "\n").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(head.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA256", e);
        }
    }
}
