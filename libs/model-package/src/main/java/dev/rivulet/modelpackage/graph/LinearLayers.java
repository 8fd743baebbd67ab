package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import java.util.List;

/**
 * Writes every product with a weight matrix, those of all linear layers and that of the output layer: the one place to change
 * for weights of another kind.
 */
final class LinearLayers {

    private final GraphWriter graph;
    private final Parameters parameters;

    LinearLayers(GraphWriter graph, Parameters parameters) {
        this.graph = graph;
        this.parameters = parameters;
    }

    /** {@code input · matrixᵀ}; the name of the output is the given one. */
    String product(String name, String input, Matrix matrix) throws ModelRejectedException {
        List<String> factors = List.of(input, parameters.matrix(matrix));
        return graph.node(MICROSOFT, "FusedMatMul", name, factors, attribute("transB", 1));
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
