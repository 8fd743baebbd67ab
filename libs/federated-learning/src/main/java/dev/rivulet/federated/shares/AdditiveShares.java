// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import dev.rivulet.federated.secagg.KeyStream;
import java.security.SecureRandom;

/**
 * A vector as the sum of three, modulo 2³²: two are the streams of random seeds, the third is what is missing. Any two of the three
 * say nothing about the vector. A device sends its seeds first, and the third share when both have been received; so whose third
 * share is there is in the sum.
 *
 * @param first seed for the first aggregator, {@value KeyStream#KEY_BYTES} bytes
 * @param second seed for the second aggregator
 * @param rest for the third aggregator; not copied
 */
public record AdditiveShares(byte[] first, byte[] second, int[] rest) {

    public AdditiveShares {
        first = first.clone();
        second = second.clone();
    }

    /** Shares of a vector, which stays as it is. */
    public static AdditiveShares of(int[] vector, SecureRandom random) {
        byte[] first = new byte[KeyStream.KEY_BYTES];
        byte[] second = new byte[KeyStream.KEY_BYTES];
        random.nextBytes(first);
        random.nextBytes(second);
        int[] rest = vector.clone();
        new KeyStream(first).takeFrom(rest);
        new KeyStream(second).takeFrom(rest);
        return new AdditiveShares(first, second, rest);
    }
}
