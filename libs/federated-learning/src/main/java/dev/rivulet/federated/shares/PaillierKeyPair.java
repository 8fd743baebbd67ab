// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.math.BigInteger;
import java.security.SecureRandom;

/**
 * Both keys of Paillier's cryptosystem; decryption modulo p² and q² apart (Paillier 1999, section 7). Whoever has it must not get
 * single ciphertexts: the aggregator that adds them is somebody else.
 */
public final class PaillierKeyPair {

    /** Bits of a modulus from which factoring is out of reach until 2030 (NIST SP 800-57). */
    public static final int LEAST_BITS = 2048;

    private static final int CERTAINTY = 100;

    private final PaillierKey open;
    private final BigInteger p;
    private final BigInteger q;

    private PaillierKeyPair(BigInteger p, BigInteger q) {
        this.p = p;
        this.q = q;
        this.open = new PaillierKey(p.multiply(q));
    }

    /** @param bits of the modulus, even, {@value #LEAST_BITS} to 8192 */
    public static PaillierKeyPair generate(int bits, SecureRandom random) {
        if (bits < LEAST_BITS || bits > 8192 || bits % 2 != 0) {
            throw new IllegalArgumentException("a modulus has an even number of bits from " + LEAST_BITS + " to 8192");
        }
        return ofAnySize(bits, random);
    }

    /** Keys that are too small to protect anything, for tests. */
    static PaillierKeyPair ofAnySize(int bits, SecureRandom random) {
        while (true) {
            BigInteger p = new BigInteger(bits / 2, CERTAINTY, random);
            BigInteger q = new BigInteger(bits / 2, CERTAINTY, random);
            if (!p.equals(q) && p.multiply(q).bitLength() == bits) {
                return new PaillierKeyPair(p, q);
            }
        }
    }

    /** What devices encrypt with. */
    public PaillierKey open() {
        return open;
    }

    /**
     * What a ciphertext holds, in [0, n).
     *
     * @throws IllegalArgumentException if it is no ciphertext of this key
     */
    public BigInteger decrypt(BigInteger cipher) {
        open.requireCiphertext(cipher);
        BigInteger modP = decrypt(cipher, p);
        BigInteger modQ = decrypt(cipher, q);
        BigInteger carry = modP.subtract(modQ).multiply(q.modInverse(p)).mod(p);
        return modQ.add(carry.multiply(q));
    }

    /** m mod p = L(c^(p−1) mod p²) · L((n+1)^(p−1) mod p²)⁻¹, L(x) = (x − 1)/p. */
    private BigInteger decrypt(BigInteger cipher, BigInteger prime) {
        BigInteger square = prime.multiply(prime);
        BigInteger less = prime.subtract(BigInteger.ONE);
        BigInteger held = cipher.modPow(less, square).subtract(BigInteger.ONE).divide(prime);
        BigInteger one = open.modulus()
                .add(BigInteger.ONE)
                .modPow(less, square)
                .subtract(BigInteger.ONE)
                .divide(prime);
        return held.multiply(one.modInverse(prime)).mod(prime);
    }
}
