// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Names and shapes of a model's tensors, in the order in which their values lie in one flat array, each row-major. All devices of a
 * federation have the same layout.
 *
 * @param tensors 1 to {@value #MOST_TENSORS}, no name twice, together at most {@value #MOST_VALUES} values
 */
public record Layout(List<Tensor> tensors) {

    /** Tensors that a model may have. */
    public static final int MOST_TENSORS = 10_000;

    /** Values that a model may have: 1 GiB of float32. */
    public static final int MOST_VALUES = 1 << 28;

    private static final int MOST_DIMENSIONS = 8;

    /**
     * One tensor.
     *
     * @param name 1 to 200 characters
     * @param shape sizes of at most 8 dimensions, each 1 or more; empty for a scalar
     */
    public record Tensor(String name, List<Integer> shape) {

        public Tensor {
            shape = List.copyOf(shape);
            if (name.isBlank() || name.length() > 200) {
                throw new IllegalArgumentException("a tensor's name has 1 to 200 characters");
            }
            if (shape.size() > MOST_DIMENSIONS || shape.stream().anyMatch(size -> size < 1)) {
                throw new IllegalArgumentException(
                        "tensor '" + name + "' has the shape " + shape + "; it takes at most 8 sizes of 1 or more");
            }
            count(name, shape);
        }

        /** Number of values. */
        public int size() {
            return count(name, shape);
        }

        private static int count(String name, List<Integer> shape) {
            long size = 1;
            for (int one : shape) {
                size *= one;
                if (size > MOST_VALUES) {
                    throw new IllegalArgumentException(
                            "tensor '" + name + "' has more than " + MOST_VALUES + " values");
                }
            }
            return (int) size;
        }
    }

    /**
     * Where a tensor's values lie.
     *
     * @param from first index
     * @param to index after the last
     */
    public record Range(int from, int to) {}

    public Layout {
        tensors = List.copyOf(tensors);
        if (tensors.isEmpty() || tensors.size() > MOST_TENSORS) {
            throw new IllegalArgumentException("a model has 1 to " + MOST_TENSORS + " tensors, not " + tensors.size());
        }
        Set<String> names = new HashSet<>();
        long size = 0;
        for (Tensor tensor : tensors) {
            size += tensor.size();
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("the tensor '" + tensor.name() + "' is there twice");
            }
        }
        if (size > MOST_VALUES) {
            throw new IllegalArgumentException("a model has at most " + MOST_VALUES + " values, not " + size);
        }
    }

    /** One tensor of one dimension: for what has no structure of its own. */
    public static Layout flat(String name, int size) {
        return new Layout(List.of(new Tensor(name, List.of(size))));
    }

    /** Number of values of all tensors. */
    public int size() {
        int size = 0;
        for (Tensor tensor : tensors) {
            size += tensor.size();
        }
        return size;
    }

    /** Where the values of a tensor lie; empty if there is none of that name. */
    public Optional<Range> range(String name) {
        int from = 0;
        for (Tensor tensor : tensors) {
            if (tensor.name().equals(name)) {
                return Optional.of(new Range(from, from + tensor.size()));
            }
            from += tensor.size();
        }
        return Optional.empty();
    }
}
