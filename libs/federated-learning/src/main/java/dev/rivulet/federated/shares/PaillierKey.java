// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * A public key of Paillier's cryptosystem (Eurocrypt 1999, scheme 1, with g = n + 1): the product of two ciphertexts is one of the sum
 * of what they hold, modulo n.
 *
 * @param modulus n
 */
public record PaillierKey(BigInteger modulus) {

    public PaillierKey {
        if (modulus.signum() <= 0 || !modulus.testBit(0)) {
            throw new IllegalArgumentException("a modulus is positive and odd");
        }
    }

    /**
     * A ciphertext, another one each time.
     *
     * @param plain in [0, n)
     */
    public BigInteger encrypt(BigInteger plain, SecureRandom random) {
        if (plain.signum() < 0 || plain.compareTo(modulus) >= 0) {
            throw new IllegalArgumentException("what is encrypted is in [0, n)");
        }
        BigInteger square = square();
        BigInteger blind = unit(random).modPow(modulus, square);
        return plain.multiply(modulus).add(BigInteger.ONE).multiply(blind).mod(square);
    }

    /**
     * A ciphertext of the sum.
     *
     * @throws IllegalArgumentException if one of the two is no ciphertext of this key
     */
    public BigInteger add(BigInteger one, BigInteger other) {
        requireCiphertext(one);
        requireCiphertext(other);
        return one.multiply(other).mod(square());
    }

    void requireCiphertext(BigInteger cipher) {
        if (cipher.signum() <= 0
                || cipher.compareTo(square()) >= 0
                || !cipher.gcd(modulus).equals(BigInteger.ONE)) {
            throw new IllegalArgumentException("a ciphertext is in (0, n²), and has no factor of n");
        }
    }

    BigInteger square() {
        return modulus.multiply(modulus);
    }

    private BigInteger unit(SecureRandom random) {
        while (true) {
            BigInteger drawn = new BigInteger(modulus.bitLength(), random);
            if (drawn.signum() > 0
                    && drawn.compareTo(modulus) < 0
                    && drawn.gcd(modulus).equals(BigInteger.ONE)) {
                return drawn;
            }
        }
    }
}
