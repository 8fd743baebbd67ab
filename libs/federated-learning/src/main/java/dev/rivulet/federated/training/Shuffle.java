// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import java.util.random.RandomGenerator;

/** Indices in a random order. */
public final class Shuffle {

    private Shuffle() {}

    /** 0 to before {@code count}, in order. */
    public static int[] upTo(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        return order;
    }

    /** Fisher and Yates: every order is as likely as any other. */
    public static void inPlace(int[] order, RandomGenerator random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
    }
}
