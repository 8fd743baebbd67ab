// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.folder.Readout;
import dev.rivulet.modelpackage.folder.Readout.HeadLayer;
import dev.rivulet.modelpackage.folder.Readout.Pooling;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import java.util.List;

/** Writes what stands above the last hidden states, float [B, S, hidden]: pooling, heads, classifiers. */
final class EncoderReadout {

    private static final String CLASSIFIER = "classifier";

    private final GraphWriter graph;
    private final Projections linear;
    private final Norm norms;
    private final EncoderConfig config;

    /** Writes a norm of that name. */
    interface Norm {
        String write(String name, String input, boolean biased) throws ModelRejectedException;
    }

    EncoderReadout(GraphWriter graph, Projections linear, Norm norms, EncoderConfig config) {
        this.graph = graph;
        this.linear = linear;
        this.norms = norms;
        this.config = config;
    }

    /** @param places int64 [S] */
    void write(String states, String places) throws ModelRejectedException {
        String output = switch (config.readout()) {
            case Readout.Hidden hidden -> states;
            case Readout.Embedding embedding -> {
                String pooled = pooled(embedding.pooling(), states, places);
                yield embedding.normalised() ? unit(pooled) : pooled;
            }
            case Readout.Sequence sequence -> {
                String pooled = pooled(sequence.pooling(), states, places);
                yield classified(
                        head(sequence.layer(), pooled), sequence.labels().size());
            }
            case Readout.Tokens tokens -> {
                String read = tokens.layer().isPresent() ? head(tokens.layer().get(), states) : states;
                yield classified(read, tokens.labels().size());
            }
        };
        graph.node(STANDARD, "Identity", EncoderGraph.OUTPUT, List.of(output));
        int width = EncoderGraph.width(config);
        if (EncoderGraph.byToken(config)) {
            graph.output(EncoderGraph.OUTPUT, Element.FLOAT, "rows", "tokens", width);
        } else {
            graph.output(EncoderGraph.OUTPUT, Element.FLOAT, "rows", width);
        }
    }

    private String pooled(Pooling pooling, String states, String places) {
        return switch (pooling) {
            case FIRST ->
                graph.node(
                        STANDARD,
                        "Gather",
                        "pooled",
                        List.of(states, graph.whole("pooled.first", 0)),
                        attribute("axis", 1));
            case MEAN -> {
                String kept = graph.node(
                        STANDARD,
                        "Where",
                        "pooled.kept",
                        List.of(present(places), states, graph.scalar("nothing", 0f)));
                String sum = reduced("ReduceSum", "pooled.sum", kept);
                String counts = graph.node(
                        STANDARD,
                        "Cast",
                        "pooled.counts",
                        List.of("lengths.column"),
                        attribute("to", TensorProto.DataType.FLOAT_VALUE));
                yield graph.node(STANDARD, "Div", "pooled", List.of(sum, counts));
            }
            case MAX -> {
                String least = graph.scalar("least", -Float.MAX_VALUE);
                String kept = graph.node(STANDARD, "Where", "pooled.kept", List.of(present(places), states, least));
                yield reduced("ReduceMax", "pooled", kept);
            }
        };
    }

    /** Which tokens are no padding, bool [B, S, 1]; writes {@code lengths.column}, int64 [B, 1], on the way. */
    private String present(String places) {
        String column = graph.node(
                STANDARD,
                "Unsqueeze",
                "lengths.narrow",
                List.of(EncoderGraph.LENGTHS, graph.constant("lengths.axis", 1)));
        graph.node(
                STANDARD, "Cast", "lengths.column", List.of(column), attribute("to", TensorProto.DataType.INT64_VALUE));
        String present = graph.node(STANDARD, "Less", "present.flat", List.of(places, "lengths.column"));
        return graph.node(STANDARD, "Unsqueeze", "present", List.of(present, graph.constant("present.axis", 2)));
    }

    private String reduced(String operator, String name, String input) {
        return graph.node(
                STANDARD, operator, name, List.of(input, graph.constant(name + ".axis", 1)), attribute("keepdims", 0));
    }

    private String unit(String pooled) {
        return graph.node(
                STANDARD, "LpNormalization", "unit", List.of(pooled), attribute("axis", -1), attribute("p", 2));
    }

    private String head(HeadLayer layer, String input) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String dense = linear.layer(layer.linear(), input, hidden, hidden, layer.biased());
        String activated = EncoderAssembly.activated(graph, "head.activated", dense, layer.activation());
        return layer.norm().isPresent() ? norms.write(layer.norm().get(), activated, false) : activated;
    }

    private String classified(String input, int labels) throws ModelRejectedException {
        return linear.layer(CLASSIFIER, input, labels, config.hiddenSize(), true);
    }
}
