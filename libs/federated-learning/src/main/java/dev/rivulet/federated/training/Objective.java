// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

/** A mean loss over the examples of one device, to be made small. */
public interface Objective {

    /** Number of examples. */
    int count();

    /**
     * The mean loss over some examples, and its gradient.
     *
     * @param weights of the model; not written to
     * @param order indices of examples, of which those from {@code from} to before {@code to} are meant: 1 or more
     * @param gradient is overwritten; as long as the weights
     * @return the loss
     */
    double gradient(float[] weights, int[] order, int from, int to, float[] gradient);
}
