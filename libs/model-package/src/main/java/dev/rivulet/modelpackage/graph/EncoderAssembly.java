// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.folder.EncoderDesign;
import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;
import dev.rivulet.modelpackage.folder.EncoderDesign.Tensors;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/** Assembles the graph of any encoder family from the shared layers, by its {@link EncoderDesign}. */
final class EncoderAssembly {

    private final EncoderConfig config;
    private final EncoderDesign design;
    private final Tensors tensors;
    private final GraphWriter graph = new GraphWriter();
    private final Parameters parameters;
    private final Projections linear;
    private final EncoderAttention attention;
    private final EncoderReadout readout;

    EncoderAssembly(EncoderConfig config, Weights weights, int contextLength, Arena memory) {
        this.config = config;
        design = config.design();
        tensors = design.tensors();
        parameters = new Parameters(weights, memory, graph);
        linear = new Projections(graph, parameters, new FloatLayers(weights, memory));
        attention = new EncoderAttention(graph, linear, config, contextLength, memory);
        readout = new EncoderReadout(graph, linear, this::normed, config);
    }

    EncoderGraph build() throws ModelRejectedException {
        graph.input(EncoderGraph.INPUT_IDS, Element.INT64, "rows", "tokens");
        graph.input(EncoderGraph.LENGTHS, Element.INT32, "rows");
        String places = places();
        attention.shared(places);
        String stream = normed(tensors.embeddingNorm(), embedded(places), design.biased());
        for (int layer = 0; layer < design.layers().size(); layer++) {
            stream = block(layer, stream);
        }
        if (tensors.finalNorm().isPresent()) {
            stream = normed(tensors.finalNorm().get(), stream, design.biased());
        }
        readout.write(stream, places);
        parameters.refuseLeftOvers(
                config.architecture(), name -> name.endsWith("embeddings.position_ids") || name.contains("pooler."));
        return new EncoderGraph(
                graph.model(),
                graph.weights(),
                design.types() > 0,
                EncoderGraph.width(config),
                EncoderGraph.byToken(config));
    }

    /** Numbers from 0 to the length of the longest row, int64 [S]. */
    private String places() {
        var second = List.of(attribute("start", 1L), attribute("end", 2L));
        graph.node(
                STANDARD, "Shape", "tokens.size", List.of(EncoderGraph.INPUT_IDS), second.getFirst(), second.getLast());
        graph.node(STANDARD, "Squeeze", "tokens.count", List.of("tokens.size"));
        return graph.node(
                STANDARD,
                "Range",
                "places",
                List.of(graph.whole("places.first", 0), "tokens.count", graph.whole("places.step", 1)));
    }

    private String embedded(String places) throws ModelRejectedException {
        String sum = rows("words", tensors.words(), EncoderGraph.INPUT_IDS, config.vocabularySize());
        if (design.types() > 0) {
            graph.input(EncoderGraph.TYPES, Element.INT64, "rows", "tokens");
            String types = rows("types", tensors.types(), EncoderGraph.TYPES, design.types());
            sum = graph.node(STANDARD, "Add", "embedded.with_types", List.of(sum, types));
        }
        if (design.positions() > 0) {
            String positions = rows("positions", tensors.positions(), places, design.positions());
            sum = graph.node(STANDARD, "Add", "embedded.with_positions", List.of(sum, positions));
        }
        return sum;
    }

    private String rows(String name, String table, String numbers, int size) throws ModelRejectedException {
        Matrix matrix = Matrix.whole(table + ".weight", size, config.hiddenSize());
        return linear.embedded("embedded." + name, numbers, matrix, "");
    }

    private String block(int layer, String stream) throws ModelRejectedException {
        String block = tensors.blocks() + layer + ".";
        var parts = tensors.parts();
        // The first norm before attention would normalise what the embedding's norm has just done; ModernBERT leaves it
        // out.
        String input = design.normFirst() && layer > 0
                ? normed(block + parts.attentionNorm(), stream, design.biased())
                : stream;
        String attended = attention.write(layer, block, input);
        String middle = graph.node(STANDARD, "Add", block + "middle", List.of(stream, attended));
        if (!design.normFirst()) {
            middle = normed(block + parts.attentionNorm(), middle, design.biased());
        }
        String read = design.normFirst() ? normed(block + parts.feedForwardNorm(), middle, design.biased()) : middle;
        String fed = feedForward(block, read);
        String sum = graph.node(STANDARD, "Add", block + "sum", List.of(middle, fed));
        return design.normFirst() ? sum : normed(block + parts.feedForwardNorm(), sum, design.biased());
    }

    private String feedForward(String block, String input) throws ModelRejectedException {
        int inner = config.intermediateSize();
        int hidden = config.hiddenSize();
        String up = block + tensors.parts().feedForwardInput();
        String value;
        if (design.gated()) {
            Matrix first = new Matrix(up + ".weight", 0, inner, 2 * inner, hidden);
            Matrix second = new Matrix(up + ".weight", inner, inner, 2 * inner, hidden);
            String activated = activated(
                    graph, block + "activated", linear.product(up + ".value", input, first), design.activation());
            String factor = linear.product(up + ".factor", input, second);
            value = graph.node(STANDARD, "Mul", block + "gated", List.of(activated, factor));
        } else {
            String wide = linear.layer(up, input, inner, hidden, design.biased());
            value = activated(graph, block + "activated", wide, design.activation());
        }
        return linear.layer(block + tensors.parts().feedForwardOutput(), value, hidden, inner, design.biased());
    }

    static String activated(GraphWriter graph, String name, String input, Activation activation) {
        return switch (activation) {
            case GELU -> graph.node(MICROSOFT, "Gelu", name, List.of(input));
            case GELU_TANH -> graph.node(STANDARD, "Gelu", name, List.of(input), attribute("approximate", "tanh"));
            case RELU -> graph.node(STANDARD, "Relu", name, List.of(input));
            case TANH -> graph.node(STANDARD, "Tanh", name, List.of(input));
        };
    }

    /** Mean and variance over the last dimension; the output has the norm's name. */
    private String normed(String name, String input, boolean biased) throws ModelRejectedException {
        String weight = parameters.vector(name + ".weight", config.hiddenSize(), 0);
        List<String> inputs = biased
                ? List.of(input, weight, parameters.vector(name + ".bias", config.hiddenSize(), 0))
                : List.of(input, weight);
        return graph.node(
                STANDARD, "LayerNormalization", name, inputs, attribute("axis", -1), attribute("epsilon", (float)
                        config.normEpsilon()));
    }
}
