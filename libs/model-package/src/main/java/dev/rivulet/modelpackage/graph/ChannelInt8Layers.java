// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.quantisation.ActivationRange;
import dev.rivulet.modelpackage.quantisation.ChannelInt8;
import dev.rivulet.modelpackage.quantisation.ChannelInt8Form;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Matrices of {@link ChannelInt8}. Activations become unsigned bytes with a scale for each row, by standard operators: the operator
 * that does it in one takes one scale for all rows, and a row would depend on the batch that it is in. Layers that read the same
 * value share its quantised form.
 */
final class ChannelInt8Layers implements LinearLayers {

    private static final String STEP = "activation.step";
    private static final String MIDDLE = "activation.middle";
    private static final String AXIS = "activation.axis";
    private static final String LEAST = "activation.least";

    private final Weights quantised;
    private final ActivationRange range;
    private final Set<String> activations = new HashSet<>();

    ChannelInt8Layers(Weights quantised, ActivationRange range) {
        this.quantised = quantised;
        this.range = range;
    }

    @Override
    public String linear(GraphWriter graph, String name, LinearTensor matrix) throws ModelRejectedException {
        String input = matrix.input();
        if (activations.isEmpty()) {
            constants(graph);
        }
        if (activations.add(input)) {
            quantiseRows(graph, input);
        }
        String values = matrix.name() + ChannelInt8Form.VALUES;
        String scales = matrix.name() + ChannelInt8Form.SCALES;
        List<Long> size = List.of((long) matrix.inputs(), (long) matrix.outputs());
        graph.external(values, quantised.data(values), true, size);
        graph.external(scales + ".product", quantised.floats(scales), List.of((long) matrix.outputs()));
        List<String> factors = List.of(input + ".u8", values, STEP, scales + ".product", MIDDLE);
        String product = graph.node(MICROSOFT, "MatMulIntegerToFloat", name + ".u8", factors);
        return graph.node(STANDARD, "Mul", name, List.of(product, input + ".most"));
    }

    @Override
    public String embed(GraphWriter graph, String name, String tokens, LinearTensor table)
            throws ModelRejectedException {
        String values = table.name() + ChannelInt8Form.ROWS;
        String scales = table.name() + ChannelInt8Form.SCALES;
        List<Long> size = List.of((long) table.outputs(), (long) table.inputs());
        graph.external(values, quantised.data(values), true, size);
        graph.external(scales, quantised.floats(scales), List.of((long) table.outputs(), 1L));
        String row = graph.node(STANDARD, "Gather", name + ".w8", List.of(values, tokens));
        String wide =
                graph.node(STANDARD, "Cast", name + ".wide", List.of(row), attribute("to", Element.FLOAT.number()));
        String scale = graph.node(STANDARD, "Gather", name + ".scale", List.of(scales, tokens));
        return graph.node(STANDARD, "Mul", name, List.of(wide, scale));
    }

    private void constants(GraphWriter graph) {
        graph.scalar(STEP, 1f / range.reach());
        graph.scalar(MIDDLE, range.middle());
        graph.constant(AXIS, -1);
        // The embedding of a padding token may be zero throughout, and 0 / 0 would be no number.
        graph.scalar(LEAST, 1e-30f);
    }

    private static void quantiseRows(GraphWriter graph, String input) {
        String size = graph.node(STANDARD, "Abs", input + ".size", List.of(input));
        String largest =
                graph.node(STANDARD, "ReduceMax", input + ".largest", List.of(size, AXIS), attribute("keepdims", 1));
        String most = graph.node(STANDARD, "Max", input + ".most", List.of(largest, LEAST));
        String share = graph.node(STANDARD, "Div", input + ".share", List.of(input, most));
        graph.node(STANDARD, "QuantizeLinear", input + ".u8", List.of(share, STEP, MIDDLE));
    }
}
