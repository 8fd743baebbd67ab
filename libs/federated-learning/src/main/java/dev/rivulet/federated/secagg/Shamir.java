// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Shamir's t-of-n secret sharing (CACM 1979) of 32-byte secrets over the field of the prime 2²⁵⁶ + 297. Fewer than t shares say
 * nothing; any t give the secret. A share is what a random polynomial of degree t − 1, whose value at 0 is the secret, has at the
 * holder's number.
 */
final class Shamir {

    static final BigInteger PRIME = BigInteger.ONE.shiftLeft(256).add(BigInteger.valueOf(297));
    static final int SECRET_BYTES = 32;
    static final int SHARE_BYTES = 33;

    private Shamir() {}

    /**
     * One share for each holder.
     *
     * @param secret {@value #SECRET_BYTES} bytes
     * @param threshold t, 1 to the holders
     * @param holders different positive numbers
     */
    static byte[][] split(byte[] secret, int threshold, int[] holders, RandomGenerator random) {
        BigInteger[] coefficients = new BigInteger[threshold];
        coefficients[0] = new BigInteger(1, secret);
        for (int i = 1; i < threshold; i++) {
            coefficients[i] = element(random);
        }
        byte[][] shares = new byte[holders.length][];
        for (int i = 0; i < holders.length; i++) {
            BigInteger x = BigInteger.valueOf(holders[i]);
            BigInteger value = BigInteger.ZERO;
            for (int k = threshold - 1; k >= 0; k--) {
                value = value.multiply(x).add(coefficients[k]).mod(PRIME);
            }
            shares[i] = bytes(value, SHARE_BYTES);
        }
        return shares;
    }

    /**
     * What each holder's share counts in the secret: Lagrange's coefficients at 0.
     *
     * @param holders t different positive numbers
     */
    static BigInteger[] weights(int[] holders) {
        BigInteger[] weights = new BigInteger[holders.length];
        for (int i = 0; i < holders.length; i++) {
            BigInteger above = BigInteger.ONE;
            BigInteger below = BigInteger.ONE;
            for (int j = 0; j < holders.length; j++) {
                if (j != i) {
                    above = above.multiply(BigInteger.valueOf(holders[j])).mod(PRIME);
                    below = below.multiply(BigInteger.valueOf(holders[j] - holders[i]))
                            .mod(PRIME);
                }
            }
            weights[i] = above.multiply(below.modInverse(PRIME)).mod(PRIME);
        }
        return weights;
    }

    /**
     * The secret of t shares.
     *
     * @throws IllegalArgumentException if they are not shares of a secret of {@value #SECRET_BYTES} bytes
     */
    static byte[] combine(BigInteger[] weights, byte[][] shares) {
        BigInteger secret = BigInteger.ZERO;
        for (int i = 0; i < weights.length; i++) {
            secret = secret.add(weights[i].multiply(new BigInteger(1, shares[i])));
        }
        secret = secret.mod(PRIME);
        if (secret.bitLength() > SECRET_BYTES * Byte.SIZE) {
            throw new IllegalArgumentException("the shares are not of one secret");
        }
        return bytes(secret, SECRET_BYTES);
    }

    private static BigInteger element(RandomGenerator random) {
        byte[] bytes = new byte[SHARE_BYTES];
        while (true) {
            random.nextBytes(bytes);
            bytes[0] &= 1;
            BigInteger drawn = new BigInteger(1, bytes);
            if (drawn.compareTo(PRIME) < 0) {
                return drawn;
            }
        }
    }

    private static byte[] bytes(BigInteger value, int length) {
        byte[] signed = value.toByteArray();
        byte[] fixed = new byte[length];
        int from = Math.max(0, signed.length - length);
        byte[] digits = Arrays.copyOfRange(signed, from, signed.length);
        System.arraycopy(digits, 0, fixed, length - digits.length, digits.length);
        return fixed;
    }
}
