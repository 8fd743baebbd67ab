// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Matrices of 32-bit floats, as they lie in the file, {@code [outputs, inputs]}, so that nothing is copied; slices of fused
 * tensors too.
 */
final class FloatLayers implements LinearLayers {

    private final Weights weights;
    private final Arena memory;
    private final Set<String> added = new HashSet<>();
    private final Map<String, FloatBuffer> tensors = new HashMap<>();

    /** @param memory holds what is converted */
    FloatLayers(Weights weights, Arena memory) {
        this.weights = weights;
        this.memory = memory;
    }

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException {
        List<String> inputs = List.of(matrix.input(), external(graph, matrix));
        return graph.node(MICROSOFT, "FusedMatMul", name, inputs, attribute("transB", 1));
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table)
            throws ModelRejectedException {
        return graph.node(STANDARD, "Gather", name, List.of(external(graph, table), tokens));
    }

    private String external(GraphWriter graph, LinearTensor matrix) throws ModelRejectedException {
        if (added.add(matrix.name())) {
            FloatBuffer all = tensors.get(matrix.tensor());
            if (all == null) {
                all = weights.floats(matrix.tensor(), memory);
                tensors.put(matrix.tensor(), all);
            }
            int first = Math.multiplyExact(matrix.firstRow(), matrix.inputs());
            FloatBuffer rows = all.slice(first, Math.multiplyExact(matrix.outputs(), matrix.inputs()));
            graph.external(matrix.name(), rows, List.of((long) matrix.outputs(), (long) matrix.inputs()));
        }
        return matrix.name();
    }
}
