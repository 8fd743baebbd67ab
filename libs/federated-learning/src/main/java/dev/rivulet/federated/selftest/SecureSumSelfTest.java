// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.selftest;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.secagg.KeyStream;
import dev.rivulet.federated.shares.MaskedSum;
import dev.rivulet.federated.shares.SecureSum;
import dev.rivulet.federated.shares.SumSpace;
import dev.rivulet.federated.update.Vectors;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;

/**
 * A whole aggregation of devices that are made up, within this process: keys, shares, masks and noise. Its sum must be that of what
 * the devices put in, to the bit, and the model that is decoded from it as far off as the noise says. A cryptographic module proves
 * itself so before it is used (FIPS 140-3, section 7.10).
 */
public final class SecureSumSelfTest {

    private static final int DEVICES = 8;
    private static final int DIMENSIONS = 1 << 12;
    private static final int BITS = 20;
    private static final int MOST_BITS = 32;
    private static final double CLIP = 1;
    private static final double NOISE = 1;
    /** Of the expected squared error, whose standard deviation is √(2⁄4096) of it: more than twenty of them either way. */
    private static final double LEAST_ERROR = 0.5;

    private static final double MOST_ERROR = 1.5;

    private static final FutureTask<Boolean> OF_PROCESS = new FutureTask<>(() -> {
        SumSpace space = new SumSpace(DIMENSIONS, MOST_BITS, DEVICES, 1 << BITS);
        run(new MaskedSum(space, new SecureRandom(), () -> "self-test"), new SecureRandom());
        return true;
    });

    private SecureSumSelfTest() {}

    /**
     * Runs the test unless this process has, and waits for it: a third of a second in a new process.
     *
     * @throws IllegalStateException if what this process has is wrong: it must not take part
     */
    public static void require() throws InterruptedException {
        OF_PROCESS.run();
        try {
            OF_PROCESS.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Secure sums are wrong in this process: " + e.getCause(), e);
        }
    }

    /** @throws IllegalStateException if a sum, or what is decoded from it, is wrong */
    static void run(SecureSum sums, RandomGenerator random) {
        NoisePlan plan = NoisePlan.of(DIMENSIONS, CLIP, NOISE, DEVICES, BITS);
        DiscreteNoise noise = new DiscreteNoise(plan, 1);
        SplittableRandom seeded = new SplittableRandom(1);
        float[] expected = new float[DIMENSIONS];
        int[] plain = new int[DIMENSIONS];
        List<int[]> vectors = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            float[] update = update(seeded);
            int[] vector = noise.encode(update, new KeyStream(key(random)));
            vectors.add(vector);
            for (int i = 0; i < DIMENSIONS; i++) {
                expected[i] += update[i];
                plain[i] += vector[i];
            }
        }
        int[] sum = sums.sum(vectors);
        for (int i = 0; i < DIMENSIONS; i++) {
            require(sum[i] == plain[i], "the masks of a sum do not cancel");
        }
        double error = Vectors.squaredDistance(noise.decode(sum), expected) / noise.expectedSquaredError(DEVICES);
        require(error > LEAST_ERROR && error < MOST_ERROR, "a sum is off by " + error + " times what its noise makes");
    }

    /** Within the clip. */
    private static float[] update(RandomGenerator random) {
        float[] update = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            update[i] = (float) (CLIP * (2 * random.nextDouble() - 1) / Math.sqrt(DIMENSIONS));
        }
        return update;
    }

    private static byte[] key(RandomGenerator random) {
        byte[] key = new byte[KeyStream.KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }
}
