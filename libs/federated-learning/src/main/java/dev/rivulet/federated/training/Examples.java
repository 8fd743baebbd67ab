// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import java.util.Arrays;

/**
 * Labelled examples. Arrays are handed out uncopied and are to be read only.
 *
 * @param dimensions of one example, 1 or more
 * @param classes labels are 0 to this minus 1; 2 or more
 * @param features row by row, {@code labels.length × dimensions}
 */
public record Examples(int dimensions, int classes, float[] features, int[] labels) {

    public Examples {
        if (dimensions < 1 || classes < 2 || features.length != (long) labels.length * dimensions) {
            throw new IllegalArgumentException(labels.length + " examples of " + dimensions + " dimensions do not have "
                    + features.length + " features");
        }
        for (int label : labels) {
            if (label < 0 || label >= classes) {
                throw new IllegalArgumentException("the label " + label + " is none of " + classes);
            }
        }
    }

    /** How many. */
    public int count() {
        return labels.length;
    }

    /** Some of them, in the order of their indices from {@code from} to before {@code to}. */
    public Examples picked(int[] indices, int from, int to) {
        float[] some = new float[(to - from) * dimensions];
        int[] theirs = new int[to - from];
        for (int i = from; i < to; i++) {
            System.arraycopy(features, indices[i] * dimensions, some, (i - from) * dimensions, dimensions);
            theirs[i - from] = labels[indices[i]];
        }
        return new Examples(dimensions, classes, some, theirs);
    }

    /** The same with other labels. */
    public Examples labelled(int[] others) {
        return new Examples(dimensions, classes, features, others);
    }

    /** Same numbers. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Examples that
                && dimensions == that.dimensions
                && classes == that.classes
                && Arrays.equals(features, that.features)
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(features) + Arrays.hashCode(labels);
    }

    @Override
    public String toString() {
        return "Examples[" + count() + " x " + dimensions + ", " + classes + " classes]";
    }
}
