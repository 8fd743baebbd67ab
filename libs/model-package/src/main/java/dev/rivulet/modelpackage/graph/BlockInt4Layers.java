// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.quantisation.BlockInt4;
import dev.rivulet.modelpackage.quantisation.BlockInt4Form;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.util.List;

/**
 * Matrices of {@link BlockInt4}. Products quantise activations to 8 bits in blocks of the same size (accuracy level 4), row by
 * row, so that a row of a batch equals the row alone.
 */
record BlockInt4Layers(Weights quantised) implements LinearLayers {

    private static final int BITS = 4;
    private static final int INT8_ACTIVATIONS = 4;

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException {
        long outputs = matrix.outputs();
        long blocks = matrix.inputs() / BlockInt4.BLOCK;
        String values = values(graph, matrix, List.of(outputs, blocks, (long) BlockInt4.BLOCK_BYTES), ".product");
        String scales = scales(graph, matrix, List.of(outputs * blocks), ".product");
        return graph.node(
                MICROSOFT,
                "MatMulNBits",
                name,
                List.of(matrix.input(), values, scales),
                attribute("K", matrix.inputs()),
                attribute("N", matrix.outputs()),
                attribute("bits", BITS),
                attribute("block_size", BlockInt4.BLOCK),
                attribute("accuracy_level", INT8_ACTIVATIONS));
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table)
            throws ModelRejectedException {
        long outputs = table.outputs();
        long blocks = table.inputs() / BlockInt4.BLOCK;
        String values = values(graph, table, List.of(outputs, table.inputs() / 2L), ".rows");
        String scales = scales(graph, table, List.of(outputs, blocks), ".rows");
        return graph.node(
                MICROSOFT,
                "GatherBlockQuantized",
                name,
                List.of(values, tokens, scales),
                attribute("bits", BITS),
                attribute("block_size", BlockInt4.BLOCK),
                attribute("gather_axis", 0),
                attribute("quantize_axis", 1));
    }

    /** The two operators want other shapes over the same bytes: two initialisers, one memory. */
    private String values(GraphWriter graph, LinearTensor matrix, List<Long> dimensions, String use)
            throws ModelRejectedException {
        String part = matrix.name() + BlockInt4Form.VALUES;
        return graph.external(part + use, quantised.data(part), false, dimensions);
    }

    private String scales(GraphWriter graph, LinearTensor matrix, List<Long> dimensions, String use)
            throws ModelRejectedException {
        String part = matrix.name() + BlockInt4Form.SCALES;
        return graph.external(part + use, quantised.floats(part), dimensions);
    }
}
