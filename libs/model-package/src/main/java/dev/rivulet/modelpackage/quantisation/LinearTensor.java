package dev.rivulet.modelpackage.quantisation;

/**
 * A matrix that a graph multiplies by, as it lies in the weights: {@code [outputs, inputs]}.
 *
 * @param name of the tensor
 * @param input name of the value that it is multiplied with; layers of the same input share calibration
 * @param outputs rows
 * @param inputs columns
 * @param table whether rows are looked up by token too
 */
public record LinearTensor(String name, String input, int outputs, int inputs, boolean table) {

    public LinearTensor {
        if (outputs < 1 || inputs < 1) {
            throw new IllegalArgumentException(name + " can't be [" + outputs + ", " + inputs + "]");
        }
    }
}
