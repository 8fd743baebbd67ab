// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

/**
 * What both sides of one secure aggregation know before it starts.
 *
 * @param round unique to this aggregation, 1 to 64 printable ASCII characters: keys of another round are worth nothing in it
 * @param devices numbers that devices may have: 1 to this, at most {@value #MOST_DEVICES}
 * @param minimum of devices whose vectors must be in a sum, at least 2; the server gives up below
 * @param length of a vector, 1 to {@value #MOST_VALUES}
 * @param bits b of a value, 1 to 32: sums are modulo 2^b, so that n · max|x| must be below 2^(b−1)
 * @param signed whether devices sign their keys and whose vectors came, so that a server that lies is found out: with it devices need
 *     an {@link Identity}
 */
public record SecAggPlan(String round, int devices, int minimum, int length, int bits, boolean signed) {

    /** Devices of one aggregation. */
    public static final int MOST_DEVICES = 16_384;

    /** Values of one vector. */
    public static final int MOST_VALUES = 1 << 26;

    public SecAggPlan {
        if (!round.matches("[!-~]{1,64}")) {
            throw new IllegalArgumentException("a round is named by 1 to 64 printable ASCII characters");
        }
        if (minimum < 2 || minimum > devices || devices > MOST_DEVICES) {
            throw new IllegalArgumentException("of at most " + MOST_DEVICES
                    + " devices a minimum of at least 2 is needed: a sum of one hides nothing");
        }
        if (length < 1 || length > MOST_VALUES || bits < 1 || bits > 32) {
            throw new IllegalArgumentException("a vector has 1 to " + MOST_VALUES + " values of 1 to 32 bits");
        }
    }

    /** A plan for a server that follows the protocol: nothing is signed. */
    public SecAggPlan(String round, int devices, int minimum, int length, int bits) {
        this(round, devices, minimum, length, bits, false);
    }

    /** A plan with the usual minimum: two thirds of the devices, rounded up. */
    public static SecAggPlan of(String round, int devices, int length, int bits) {
        return new SecAggPlan(round, devices, Math.max(2, (2 * devices + 2) / 3), length, bits);
    }

    /** The low b bits. */
    public int mask() {
        return -1 >>> (Integer.SIZE - bits);
    }
}
