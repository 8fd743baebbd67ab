// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A model's tensors on their way into its graph: each must have the shape that the configuration asks for, and in the end none
 * may be left over. 32-bit values stay where they lie in the file.
 */
final class Parameters {

    private final Weights weights;
    private final Arena memory;
    private final GraphWriter graph;
    private final Set<String> used = new HashSet<>();

    Parameters(Weights weights, Arena memory, GraphWriter graph) {
        this.weights = weights;
        this.memory = memory;
        this.graph = graph;
    }

    /** Checks the tensor of a matrix, which {@link LinearLayers} write. */
    void require(Matrix matrix) throws ModelRejectedException {
        check(matrix.tensor(), matrix.allRows(), matrix.columns());
    }

    /** A bias or a norm's weight. @param offset added to each value */
    String vector(String tensor, int size, float offset) throws ModelRejectedException {
        FloatBuffer values = values(tensor, size);
        return external(tensor, offset == 0 ? values : added(values, offset), size);
    }

    /** Whether some node reads a tensor. */
    boolean uses(String tensor) {
        return used.contains(tensor);
    }

    /** A tensor of any shape, under its own name. */
    String tensor(String tensor, long... dimensions) throws ModelRejectedException {
        return external(tensor, values(tensor, dimensions), dimensions);
    }

    /** The values of a tensor that is not used as it lies in the file. */
    FloatBuffer read(String tensor, long... dimensions) throws ModelRejectedException {
        return values(tensor, dimensions);
    }

    private FloatBuffer added(FloatBuffer values, float offset) {
        FloatBuffer sums = memory.allocate(ValueLayout.JAVA_FLOAT, values.remaining())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < values.remaining(); i++) {
            sums.put(i, values.get(i) + offset);
        }
        return sums;
    }

    private String external(String name, FloatBuffer values, long... dimensions) {
        return graph.external(name, values, Arrays.stream(dimensions).boxed().toList());
    }

    private FloatBuffer values(String tensor, long... dimensions) throws ModelRejectedException {
        check(tensor, dimensions);
        return weights.floats(tensor, memory);
    }

    private void check(String tensor, long... dimensions) throws ModelRejectedException {
        List<Long> wanted = Arrays.stream(dimensions).boxed().toList();
        List<Long> found = weights.info(tensor).shape();
        if (!found.equals(wanted)) {
            throw new ModelRejectedException("tensor '" + tensor + "' has the shape " + found
                    + " in the weights; by config.json it must be " + wanted);
        }
        used.add(tensor);
    }

    /** A tensor that no node reads means a model of another family than its configuration claims. */
    void refuseLeftOvers(String architecture, Predicate<String> harmless) throws ModelRejectedException {
        for (String name : weights.names()) {
            if (!used.contains(name) && !harmless.test(name)) {
                String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
                throw new ModelRejectedException("the weights hold '" + shown.replaceAll("\\p{C}", "?") + "', which "
                        + architecture
                        + " has no use for; config.json must describe the model that the weights belong to");
            }
        }
    }
}
