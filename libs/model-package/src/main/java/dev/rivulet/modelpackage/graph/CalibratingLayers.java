// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives out {@code xᵀ x} of the inputs of layers, computed in the graph: far less to carry than the inputs themselves. */
final class CalibratingLayers implements LinearLayers {

    private final LinearLayers layers;
    private final Set<String> wanted;

    CalibratingLayers(LinearLayers layers, Set<String> wanted) {
        this.layers = layers;
        this.wanted = new HashSet<>(wanted);
    }

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException {
        String input = matrix.input();
        if (wanted.remove(input)) {
            String gram = DecoderGraph.gram(input);
            graph.node(MICROSOFT, "FusedMatMul", gram, List.of(input, input), attribute("transA", 1));
            graph.output(gram, Element.FLOAT, 1, matrix.inputs(), matrix.inputs());
        }
        return layers.linear(graph, name, matrix);
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table)
            throws ModelRejectedException {
        return layers.embed(graph, name, tokens, table);
    }
}
