// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Ed25519 (RFC 8032) and SHA-256 as the protocol uses them. */
public final class DeviceKeys {

    /** Bytes of a public key. */
    public static final int PUBLIC_KEY_BYTES = 32;

    /** DER of an Ed25519 public key (RFC 8410) before its 32 bytes. */
    private static final byte[] DER = HexFormat.of().parseHex("302a300506032b6570032100");

    private DeviceKeys() {}

    /** A new pair. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no Ed25519", e);
        }
    }

    /** The 32 bytes of a public key. */
    public static byte[] raw(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - PUBLIC_KEY_BYTES, encoded.length);
    }

    /**
     * A public key of its 32 bytes.
     *
     * @throws IllegalArgumentException if they are none
     */
    public static PublicKey publicKey(byte[] raw) {
        if (raw.length != PUBLIC_KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + raw.length);
        }
        byte[] encoded = Arrays.copyOf(DER, DER.length + raw.length);
        System.arraycopy(raw, 0, encoded, DER.length, raw.length);
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("these 32 bytes are no Ed25519 public key", e);
        }
    }

    /** The signature of a request, in unpadded base64url. */
    public static String sign(PrivateKey key, SignedHead head) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(head.bytes());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key can't sign", e);
        }
    }

    /** Whether the signature of a request is of that key; false also for what is no signature at all. */
    public static boolean verify(PublicKey key, SignedHead head, String signature) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key);
            verifier.update(head.bytes());
            return verifier.verify(Base64.getUrlDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Shows that whoever replaces a device's key holds the new one.
     *
     * @param device id
     * @param fresh the new pair
     */
    public static byte[] proof(String device, KeyPair fresh) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(fresh.getPrivate());
            signer.update(change(device, raw(fresh.getPublic())));
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key can't sign", e);
        }
    }

    /**
     * Whether a proof is the new key's.
     *
     * @param raw the new public key
     */
    public static boolean proves(String device, byte[] raw, byte[] proof) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey(raw));
            verifier.update(change(device, raw));
            return verifier.verify(proof);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] change(String device, byte[] raw) {
        return ("rivulet-device-key-v1\n" + device + "\n" + HexFormat.of().formatHex(raw) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What an attestation answers to: SHA-256 of the challenge and the key that is being enrolled. */
    public static byte[] attestationNonce(byte[] challenge, byte[] raw) {
        return digest(ByteBuffer.allocate(challenge.length + raw.length)
                .put(challenge)
                .put(raw)
                .array());
    }

    /** SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest(bytes));
    }

    /** SHA-256. */
    public static byte[] digest(byte[] bytes) {
        return digest(ByteBuffer.wrap(bytes));
    }

    /** SHA-256 of what remains. */
    public static byte[] digest(ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
