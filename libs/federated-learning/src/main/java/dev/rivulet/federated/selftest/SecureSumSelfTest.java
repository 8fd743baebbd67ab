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
import java.util.Arrays;
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
    private static final int VALUES = 1 << 12;
    private static final int BITS = 20;
    private static final int MOST_BITS = 32;
    private static final double CLIP = 1;
    private static final double NOISE = 1;
    /**
     * Of the expected squared error, whose standard deviation is √(2⁄4096) of it, and less where there are more values: more than
     * twenty of them either way.
     */
    private static final double LEAST_ERROR = 0.5;

    private static final double MOST_ERROR = 1.5;

    private static final FutureTask<Boolean> OF_PROCESS = new FutureTask<>(() -> {
        require(DEVICES, VALUES);
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

    /**
     * Runs the test at the size that is to come. It is the work of a whole round of so many devices: the agreements of keys grow with
     * their square. Rounds of several devices in this process then wait less for the compiler.
     *
     * @param devices 2 to 100
     * @param values of an update, from 4,096 on
     * @throws IllegalStateException if what this process has is wrong
     */
    public static void require(int devices, int values) {
        DiscreteNoise noise = noise(devices, values);
        SumSpace space = new SumSpace(noise.length(), MOST_BITS, devices, 1 << BITS);
        run(new MaskedSum(space, new SecureRandom(), () -> "self-test"), noise, devices, new SecureRandom());
    }

    /** What devices that are made up add to updates of so many values. */
    static DiscreteNoise noise(int devices, int values) {
        return new DiscreteNoise(NoisePlan.of(values, CLIP, NOISE, devices, BITS), 1);
    }

    /** @throws IllegalStateException if a sum, or what is decoded from it, is wrong */
    static void run(SecureSum sums, DiscreteNoise noise, int devices, RandomGenerator random) {
        SplittableRandom seeded = new SplittableRandom(1);
        float[] expected = new float[noise.values()];
        int[] plain = new int[noise.length()];
        List<int[]> vectors = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            float[] update = update(seeded, noise.values());
            int[] vector = noise.encode(update, new KeyStream(key(random)));
            vectors.add(vector);
            for (int i = 0; i < update.length; i++) {
                expected[i] += update[i];
            }
            Arrays.setAll(plain, i -> plain[i] + vector[i]);
        }
        int[] sum = sums.sum(vectors);
        require(Arrays.equals(sum, plain), "the masks of a sum do not cancel");
        double error = Vectors.squaredDistance(noise.decode(sum), expected) / noise.expectedSquaredError(devices);
        require(error > LEAST_ERROR && error < MOST_ERROR, "a sum is off by " + error + " times what its noise makes");
    }

    /** Within the clip. */
    private static float[] update(RandomGenerator random, int values) {
        float[] update = new float[values];
        for (int i = 0; i < values; i++) {
            update[i] = (float) (CLIP * (2 * random.nextDouble() - 1) / Math.sqrt(values));
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
