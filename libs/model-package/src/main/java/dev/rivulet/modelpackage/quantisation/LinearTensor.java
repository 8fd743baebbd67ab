// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/**
 * A matrix that a graph multiplies by, as it lies in the weights: {@code [outputs, inputs]}, a tensor of its own or some rows of
 * one that several layers share.
 *
 * @param name of the matrix, no other's
 * @param tensor that holds it
 * @param firstRow where it begins there
 * @param input name of the value that it is multiplied with; layers of the same input share calibration
 * @param outputs rows
 * @param inputs columns
 * @param table whether rows are looked up by token too
 */
public record LinearTensor(
        String name, String tensor, int firstRow, String input, int outputs, int inputs, boolean table) {

    public LinearTensor {
        if (outputs < 1 || inputs < 1 || firstRow < 0) {
            throw new IllegalArgumentException(name + " can't be [" + outputs + ", " + inputs + "] from " + firstRow);
        }
    }

    /** A tensor of its own. */
    public LinearTensor(String name, String input, int outputs, int inputs, boolean table) {
        this(name, name, 0, input, outputs, inputs, table);
    }
}
