// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;
import static dev.rivulet.modelpackage.graph.GraphWriter.attributes;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.folder.VisionConfig.Activation;
import dev.rivulet.modelpackage.folder.VisionReadout;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import java.util.List;

/** Writes what is made of the patches of a picture. */
final class VisionReadoutLayers {

    private final GraphWriter graph;
    private final Parameters parameters;
    private final Projections linear;
    private final Norm norm;
    private final VisionConfig config;

    /** Mean and variance over the last dimension; the output has the norm's name. */
    interface Norm {
        String write(String name, String input) throws ModelRejectedException;
    }

    VisionReadoutLayers(GraphWriter graph, Parameters parameters, Projections linear, Norm norm, VisionConfig config) {
        this.graph = graph;
        this.parameters = parameters;
        this.linear = linear;
        this.norm = norm;
        this.config = config;
    }

    /** @param stream float [N, positions, hiddenSize] */
    void write(String stream) throws ModelRejectedException {
        switch (config.readout()) {
            case VisionReadout.PixelShuffle shuffle -> shuffle(shuffle, stream);
            case VisionReadout.Projector projector -> project(projector, stream);
            case VisionReadout.ClassToken token -> classToken(token, stream);
            case VisionReadout.AttentionPool pool -> attentionPool(stream);
        }
        graph.output(VisionGraph.OUTPUT, Element.FLOAT, "pictures", config.rows(), config.width());
    }

    private void shuffle(VisionReadout.PixelShuffle shuffle, String stream) throws ModelRejectedException {
        String normed = norm.write(config.prefix() + "post_layernorm", stream);
        int side = config.side();
        int scale = shuffle.scale();
        int hidden = config.hiddenSize();
        String rows = turned("shuffle.rows", normed, side, side / scale, hidden * scale);
        String squares = turned("shuffle.squares", rows, side / scale, side / scale, hidden * scale * scale);
        int joined = hidden * scale * scale;
        String flat = reshaped("shuffle.flat", squares, 0, config.rows(), joined);
        Matrix matrix = Matrix.whole(shuffle.tensor() + ".weight", shuffle.width(), joined);
        linear.product(VisionGraph.OUTPUT, flat, matrix);
    }

    /** Rows and columns change places once more with each join, so that two joins leave them as they were. */
    private String turned(String name, String input, int rows, int columns, int width) {
        String joined = reshaped(name + ".joined", input, 0, rows, columns, width);
        return graph.node(STANDARD, "Transpose", name, List.of(joined), attributes("perm", 0, 2, 1, 3));
    }

    private void project(VisionReadout.Projector projector, String stream) throws ModelRejectedException {
        String read = projector.withoutClass()
                ? graph.node(
                        STANDARD,
                        "Slice",
                        "patches.read",
                        List.of(
                                stream,
                                graph.constant("patches.first", 1),
                                graph.constant("patches.end", config.positions()),
                                graph.constant("patches.axis", 1)))
                : stream;
        int width = projector.width();
        String first = projector.prefix() + "linear_1";
        String second = projector.prefix() + "linear_2";
        String wide = linear.layer(first, read, width, config.hiddenSize(), projector.biased());
        String activated = activated(graph, first + ".activated", wide, projector.activation());
        String projected = linear.layer(second, activated, width, width, projector.biased());
        graph.node(STANDARD, "Identity", VisionGraph.OUTPUT, List.of(projected));
    }

    private void classToken(VisionReadout.ClassToken token, String stream) throws ModelRejectedException {
        String first = graph.node(
                STANDARD,
                "Slice",
                "class.read",
                List.of(
                        stream,
                        graph.constant("class.from", 0),
                        graph.constant("class.to", 1),
                        graph.constant("class.axis", 1)));
        String normed = norm.write(config.prefix() + "post_layernorm", first);
        Matrix matrix = Matrix.whole(token.tensor() + ".weight", token.width(), config.hiddenSize());
        linear.product(VisionGraph.OUTPUT, normed, matrix);
    }

    private void attentionPool(String stream) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String head = config.prefix() + "head.";
        String normed = norm.write(config.prefix() + "post_layernorm", stream);
        String attended = pooled(head, normed);
        String rested = norm.write(head + "layernorm", attended);
        String wide = linear.layer(head + "mlp.fc1", rested, config.intermediateSize(), hidden, true);
        String activated = activated(graph, head + "activated", wide, config.activation());
        String fed = linear.layer(head + "mlp.fc2", activated, hidden, config.intermediateSize(), true);
        graph.node(STANDARD, "Add", VisionGraph.OUTPUT, List.of(attended, fed));
    }

    private String pooled(String head, String normed) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String sizes = graph.node(
                STANDARD, "Shape", "pool.pictures", List.of(normed), attribute("start", 0L), attribute("end", 1L));
        String size = graph.node(
                STANDARD,
                "Concat",
                "pool.size",
                List.of(sizes, graph.constant("pool.row", 1, hidden)),
                attribute("axis", 0L));
        String probe = parameters.tensor(head + "probe", 1, 1, hidden);
        String probes = graph.node(STANDARD, "Expand", "pool.probes", List.of(probe, size));
        String bias = parameters.tensor(head + "attention.in_proj_bias", 3 * hidden);
        List<String> inputs = List.of(
                projected(head, bias, 0, probes), projected(head, bias, 1, normed), projected(head, bias, 2, normed));
        String attended = graph.node(
                MICROSOFT,
                "MultiHeadAttention",
                "pool.attended",
                inputs,
                attribute("num_heads", config.heads()),
                attribute("scale", (float) (1 / Math.sqrt((double) hidden / config.heads()))));
        return linear.layer(head + "attention.out_proj", attended, hidden, hidden, true);
    }

    /** Queries, keys and values lie in one matrix and one bias. */
    private String projected(String head, String bias, int part, String input) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String name = "pool." + part;
        Matrix rows = new Matrix(head + "attention.in_proj_weight", part * hidden, hidden, 3 * hidden, hidden);
        String product = linear.product(name + ".product", input, rows);
        String own = graph.node(
                STANDARD,
                "Slice",
                name + ".bias",
                List.of(
                        bias,
                        graph.constant(name + ".from", (long) part * hidden),
                        graph.constant(name + ".to", (part + 1L) * hidden)));
        return graph.node(STANDARD, "Add", name, List.of(product, own));
    }

    private String reshaped(String name, String input, long... size) {
        return graph.node(STANDARD, "Reshape", name, List.of(input, graph.constant(name + ".size", size)));
    }

    static String activated(GraphWriter graph, String name, String input, Activation activation) {
        return switch (activation) {
            case GELU -> graph.node(MICROSOFT, "Gelu", name, List.of(input));
            case GELU_TANH -> graph.node(STANDARD, "Gelu", name, List.of(input), attribute("approximate", "tanh"));
            case QUICK_GELU -> graph.node(MICROSOFT, "QuickGelu", name, List.of(input), attribute("alpha", 1.702f));
        };
    }
}
