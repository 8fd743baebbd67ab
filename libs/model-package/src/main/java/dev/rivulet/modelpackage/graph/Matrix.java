// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.modelpackage.quantisation.LinearTensor;

/**
 * Rows of a weight matrix as it lies in the file, {@code [outputs, inputs]}: all of them, or some where several layers share
 * one tensor.
 *
 * @param tensor name in the file
 * @param firstRow first row of the layer
 * @param rows outputs of the layer
 * @param allRows rows of the tensor
 * @param columns inputs of the layer
 */
record Matrix(String tensor, int firstRow, int rows, int allRows, int columns) {

    static Matrix whole(String tensor, int rows, int columns) {
        return new Matrix(tensor, 0, rows, rows, columns);
    }

    boolean isWhole() {
        return rows == allRows;
    }

    /** The same as a factor of {@code input}. */
    LinearTensor times(String input, boolean table) {
        String name = isWhole() ? tensor : tensor + "[" + firstRow + "+" + rows + "]";
        return new LinearTensor(name, tensor, firstRow, input, rows, columns, table);
    }
}
