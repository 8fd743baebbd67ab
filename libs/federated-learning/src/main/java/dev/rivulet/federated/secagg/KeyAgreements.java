// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;

/** X25519 (RFC 7748) on raw 32-byte keys, and HKDF-SHA256 (RFC 5869) on what it agrees on. */
final class KeyAgreements {

    static final int KEY_BYTES = 32;

    private static final byte[] BASE_POINT = basePoint();

    private KeyAgreements() {}

    /** A key pair, as raw bytes. */
    record Pair(byte[] secret, byte[] open) {}

    static Pair generate(SecureRandom random) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        return new Pair(secret, open(secret));
    }

    /** The public key of a private one. */
    static byte[] open(byte[] secret) {
        try {
            return agree(secret, BASE_POINT);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("The base point is a key", e);
        }
    }

    /** A key for one purpose, which says whose it is and in which round, from what two devices share. */
    static byte[] derive(byte[] shared, String purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(shared)
                            .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HKDF-SHA256", e);
        }
    }

    /**
     * What the owners of two keys share.
     *
     * @throws InvalidKeyException if the other's key is not one, or leads to a secret that everybody knows
     */
    static byte[] agree(byte[] secret, byte[] other) throws InvalidKeyException {
        try {
            KeyFactory keys = KeyFactory.getInstance("X25519");
            PrivateKey own = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            PublicKey theirs = keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(other)));
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(own);
            agreement.doPhase(theirs, true);
            return agreement.generateSecret();
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new InvalidKeyException("not an X25519 key", e);
        }
    }

    /** RFC 7748 keys are little-endian, with the top bit ignored. */
    private static BigInteger number(byte[] key) {
        byte[] big = new byte[key.length];
        for (int i = 0; i < key.length; i++) {
            big[i] = key[key.length - 1 - i];
        }
        big[0] &= 0x7F;
        return new BigInteger(1, big);
    }

    private static byte[] basePoint() {
        byte[] point = new byte[KEY_BYTES];
        point[0] = 9;
        return point;
    }
}
