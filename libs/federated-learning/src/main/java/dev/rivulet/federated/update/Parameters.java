// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import java.util.Arrays;

/**
 * Values of a model's tensors, or of what has a model's form: a difference, a gradient, a control variate. Immutable as long as
 * nobody writes to {@link #values()}, which is handed out uncopied: models are large and read often.
 */
public final class Parameters {

    private final Layout layout;
    private final float[] values;

    /**
     * @param values as many as the layout says; kept, not copied
     * @throws IllegalArgumentException if there are more or fewer
     */
    public Parameters(Layout layout, float[] values) {
        if (values.length != layout.size()) {
            throw new IllegalArgumentException("the layout has " + layout.size() + " values, not " + values.length);
        }
        this.layout = layout;
        this.values = values;
    }

    /** All zero. */
    public static Parameters zeros(Layout layout) {
        return new Parameters(layout, new float[layout.size()]);
    }

    public Layout layout() {
        return layout;
    }

    /** All values in the order of the layout; to be read only. */
    public float[] values() {
        return values;
    }

    /** Number of values. */
    public int size() {
        return values.length;
    }

    /**
     * A copy of the values of one tensor.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public float[] tensor(String name) {
        Layout.Range range =
                layout.range(name).orElseThrow(() -> new IllegalArgumentException("there is no tensor '" + name + "'"));
        return Arrays.copyOfRange(values, range.from(), range.to());
    }

    /** This minus another of the same layout. */
    public Parameters minus(Parameters other) {
        return combined(other, -1);
    }

    /** This plus another of the same layout, times a factor. */
    public Parameters plus(Parameters other, float factor) {
        return combined(other, factor);
    }

    private Parameters combined(Parameters other, float factor) {
        if (!layout.equals(other.layout)) {
            throw new IllegalArgumentException("the layouts differ");
        }
        float[] result = new float[values.length];
        float[] others = other.values;
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i] + factor * others[i];
        }
        return new Parameters(layout, result);
    }

    /** Euclidean length, summed in double precision. */
    public double norm() {
        return Math.sqrt(Vectors.dot(values, values));
    }

    /** Same layout and same bits. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters that && layout.equals(that.layout) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * layout.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Parameters[" + layout.tensors().size() + " tensors, " + values.length + " values]";
    }
}
