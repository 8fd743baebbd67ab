// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Two shares, encrypted by one device for another with AES-256-GCM: nonce (12 bytes), ciphertext, tag (16 bytes). The key is of the
 * pair, the round and the direction; round, sender and receiver are authenticated with it.
 */
final class ShareBox {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** Bytes of a box. */
    static final int BYTES = NONCE_BYTES + 2 * Shamir.SHARE_BYTES + TAG_BITS / Byte.SIZE;

    private ShareBox() {}

    /**
     * Two shares that one device holds of another.
     *
     * @param seed of its own mask
     * @param key of its masking key
     */
    record Shares(byte[] seed, byte[] key) {}

    /** Who encrypts for whom in which round. */
    record Route(String round, int from, int to) {

        private String label() {
            return "rivulet/secagg/share/" + round + "/" + from + "/" + to;
        }
    }

    /** @param shared what sender and receiver share */
    static byte[] seal(Shares shares, Route route, byte[] shared, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] box = Arrays.copyOf(nonce, BYTES);
        byte[] plain = Arrays.copyOf(shares.seed(), 2 * Shamir.SHARE_BYTES);
        System.arraycopy(shares.key(), 0, plain, Shamir.SHARE_BYTES, Shamir.SHARE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, route, shared, nonce).doFinal(plain, 0, plain.length, box, NONCE_BYTES);
            return box;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has AES-GCM", e);
        }
    }

    /** @throws GeneralSecurityException if the box is not what the sender made for the receiver in this round */
    static Shares open(byte[] box, Route route, byte[] shared) throws GeneralSecurityException {
        byte[] nonce = Arrays.copyOf(box, NONCE_BYTES);
        byte[] plain =
                cipher(Cipher.DECRYPT_MODE, route, shared, nonce).doFinal(box, NONCE_BYTES, box.length - NONCE_BYTES);
        return new Shares(
                Arrays.copyOf(plain, Shamir.SHARE_BYTES),
                Arrays.copyOfRange(plain, Shamir.SHARE_BYTES, 2 * Shamir.SHARE_BYTES));
    }

    private static Cipher cipher(int mode, Route route, byte[] shared, byte[] nonce) throws GeneralSecurityException {
        byte[] key = KeyAgreements.derive(shared, route.label());
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(route.label().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
