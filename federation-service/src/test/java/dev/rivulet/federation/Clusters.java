// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.federated.training.Examples;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Examples of three classes, one Gaussian cloud for each; devices differ in which classes they mostly see. */
final class Clusters {

    static final int DIMENSIONS = 6;
    static final int CLASSES = 3;

    private Clusters() {}

    /** @param device whose classes: two thirds of its examples are of one class */
    static Examples of(int device, int count) {
        RandomGenerator random = new Random(1000 + device);
        float[] features = new float[count * DIMENSIONS];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(3) < 2 ? device % CLASSES : random.nextInt(CLASSES);
            for (int d = 0; d < DIMENSIONS; d++) {
                float centre = d % CLASSES == labels[i] ? 2 : 0;
                features[i * DIMENSIONS + d] = (float) (centre + random.nextGaussian());
            }
        }
        return new Examples(DIMENSIONS, CLASSES, features, labels);
    }
}
