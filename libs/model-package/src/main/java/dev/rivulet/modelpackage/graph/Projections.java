// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;

import dev.rivulet.engine.ModelRejectedException;
import java.util.List;

/** Writes linear layers, look-ups and the output layer of a model over matrices of whatever kind. */
final class Projections {

    private final GraphWriter graph;
    private final Parameters parameters;
    private final LinearLayers layers;

    Projections(GraphWriter graph, Parameters parameters, LinearLayers layers) {
        this.graph = graph;
        this.parameters = parameters;
        this.layers = layers;
    }

    /** {@code input · matrixᵀ}; the name of the output is the given one. */
    String product(String name, String input, Matrix matrix) throws ModelRejectedException {
        parameters.require(matrix);
        return layers.linear(graph, name, matrix.times(input, false));
    }

    /** The same with a matrix whose rows are looked up too, {@link #embedded}. */
    String productWithTable(String name, String input, Matrix table) throws ModelRejectedException {
        parameters.require(table);
        return layers.linear(graph, name, table.times(input, true));
    }

    /**
     * Rows of a table by token.
     *
     * @param input of the product with the same table, if there is one
     */
    String embedded(String name, String tokens, Matrix table, String input) throws ModelRejectedException {
        parameters.require(table);
        return layers.embed(graph, name, tokens, table.times(input, true));
    }

    /** The layer of a prefix: {@code prefix.weight} whole, and {@code prefix.bias} if it has one. */
    String layer(String prefix, String input, int outputs, int inputs, boolean biased) throws ModelRejectedException {
        Matrix matrix = Matrix.whole(prefix + ".weight", outputs, inputs);
        if (!biased) {
            return product(prefix, input, matrix);
        }
        String product = product(prefix + ".product", input, matrix);
        String bias = parameters.vector(prefix + ".bias", outputs, 0);
        return graph.node(STANDARD, "Add", prefix, List.of(product, bias));
    }
}
