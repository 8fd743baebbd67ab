// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adds low-rank adapters to the matrices of blocks, whatever holds these: {@code x·Wᵀ + ((x·Aᵀ) ∘ mask)·B}, where {@code A} and
 * {@code B} stack the factors of all adapters and the mask leaves each row its own one's. Rows of several adapters are one product.
 */
final class AdaptedLayers implements LinearLayers {

    private final LinearLayers layers;
    private final Set<String> inputs = new HashSet<>();

    AdaptedLayers(LinearLayers layers) {
        this.layers = layers;
    }

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException {
        if (!DecoderGraph.adaptable(matrix)) {
            return layers.linear(graph, name, matrix);
        }
        if (inputs.isEmpty()) {
            graph.input(DecoderGraph.ADAPTER_MASK, Element.FLOAT, "rows", 1, "rank");
        }
        String down = DecoderGraph.down(matrix);
        String up = DecoderGraph.up(matrix);
        String few = matrix.tensor() + ".adapter.few";
        if (inputs.add(down)) {
            graph.input(down, Element.FLOAT, "rank", matrix.inputs());
            String all = graph.node(
                    MICROSOFT, "FusedMatMul", few + ".all", List.of(matrix.input(), down), attribute("transB", 1));
            graph.node(STANDARD, "Mul", few, List.of(all, DecoderGraph.ADAPTER_MASK));
        }
        graph.input(up, Element.FLOAT, "rank", matrix.outputs());
        String base = layers.linear(graph, name + ".base", matrix);
        String change = graph.node(STANDARD, "MatMul", name + ".adapter", List.of(few, up));
        return graph.node(STANDARD, "Add", name, List.of(base, change));
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table)
            throws ModelRejectedException {
        return layers.embed(graph, name, tokens, table);
    }
}
