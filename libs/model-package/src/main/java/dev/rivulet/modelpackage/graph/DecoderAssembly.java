// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.folder.DecoderDesign;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.graph.NormLayers.Stream;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/**
 * Assembles the graph of any family from the shared layers, by its {@link DecoderDesign}. Linear layers use the weights as they
 * lie in the file, {@code [outputs, inputs]}, so that nothing is copied.
 */
final class DecoderAssembly {

    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String WANTED = "wanted";

    private final DecoderConfig config;
    private final DecoderDesign design;
    private final Shape shape;
    private final Arena memory;
    private final GraphWriter graph = new GraphWriter();
    private final Parameters parameters;
    private final Projections linear;
    private final NormLayers norms;
    private final AttentionLayers attention;

    DecoderAssembly(DecoderConfig config, Weights weights, Shape shape, Arena memory, LinearLayers layers) {
        this.config = config;
        this.memory = memory;
        design = config.design();
        this.shape = shape;
        parameters = new Parameters(weights, memory, graph);
        linear = new Projections(graph, parameters, layers);
        norms = new NormLayers(graph, parameters, config);
        attention = new AttentionLayers(graph, linear, norms, config, shape);
    }

    DecoderGraph build() throws ModelRejectedException {
        attention.check();
        inputs();
        String embedded = embedded();
        Stream stream = new Stream(embedded, norms.normed(normBefore(0), embedded));
        for (int layer = 0; layer < config.layers(); layer++) {
            stream = block(layer, stream);
        }
        head(stream.input());
        parameters.refuseLeftOvers(
                config.architecture(),
                name -> config.tiedEmbeddings() && name.equals(HEAD) || name.endsWith(".rotary_emb.inv_freq"));
        return new DecoderGraph(graph.model(), graph.weights(), shape);
    }

    private void inputs() {
        graph.input(DecoderGraph.INPUT_IDS, Element.INT64, "rows", "tokens");
        graph.input(DecoderGraph.LAST_POSITION, Element.INT32, "rows");
        graph.input(DecoderGraph.TOTAL_LENGTH, Element.INT32, 1);
        graph.input(DecoderGraph.LOGIT_ROWS, Element.INT64, "wanted");
        attention.rotaryTables(memory);
    }

    /** Rows of pictures take the place of the embeddings of those tokens that stand for them. */
    private String withPictures(String rows) {
        if (shape.softWidth() == 0) {
            return rows;
        }
        graph.input(DecoderGraph.SOFT, Element.FLOAT, "soft_count", shape.softWidth());
        graph.input(DecoderGraph.SOFT_ROWS, Element.INT64, "rows", "tokens");
        String none = graph.whole("soft.none", 0);
        String numbers = graph.node(STANDARD, "Max", "soft.numbers", List.of(DecoderGraph.SOFT_ROWS, none));
        String soft = graph.node(STANDARD, "Gather", "soft.embedded", List.of(DecoderGraph.SOFT, numbers));
        String flags = graph.node(STANDARD, "GreaterOrEqual", "soft.flags", List.of(DecoderGraph.SOFT_ROWS, none));
        String column =
                graph.node(STANDARD, "Unsqueeze", "soft.column", List.of(flags, graph.constant("soft.axis", 2)));
        return graph.node(STANDARD, "Where", "embedded.with_pictures", List.of(column, soft, rows));
    }

    private String embedded() throws ModelRejectedException {
        String rows = linear.embedded("embedded", DecoderGraph.INPUT_IDS, embedding(), WANTED);
        float scale = (float) design.scales().embedding();
        return withPictures(
                scale == 1
                        ? rows
                        : graph.node(STANDARD, "Mul", "scaled", List.of(rows, graph.scalar("embedding.scale", scale))));
    }

    private Matrix embedding() {
        return Matrix.whole(EMBEDDING, config.vocabularySize(), config.hiddenSize());
    }

    private Stream block(int layer, Stream stream) throws ModelRejectedException {
        String block = name(layer);
        String attended = attention.write(layer, block, stream.input());
        attended = norms.normed(design.norms().afterAttention().map(block::concat), attended);
        Optional<String> between = design.norms().beforeFeedForward().map(block::concat);
        Stream middle = norms.added(stream, attended, block + "residual", between);
        String fed = feedForward(block + "mlp.", middle.input());
        fed = norms.normed(design.norms().afterFeedForward().map(block::concat), fed);
        return norms.added(middle, fed, block + "output", normBefore(layer + 1));
    }

    private static String name(int layer) {
        return "model.layers." + layer + ".";
    }

    /** The norm before a block, or that before the output layer. */
    private Optional<String> normBefore(int layer) {
        return layer < config.layers()
                ? design.norms().beforeAttention().map(name(layer)::concat)
                : Optional.of("model.norm");
    }

    private String feedForward(String prefix, String input) throws ModelRejectedException {
        String activated = activated(prefix + "activated", gate(prefix, "gate_proj", input, 0));
        String up = gate(prefix, "up_proj", input, config.intermediateSize());
        String gated = graph.node(STANDARD, "Mul", prefix + "gated", List.of(activated, up));
        boolean biased = design.biases().feedForward();
        return linear.layer(prefix + "down_proj", gated, config.hiddenSize(), config.intermediateSize(), biased);
    }

    /** @param firstRow where the projection lies, if gate and up share a matrix */
    private String gate(String prefix, String name, String input, int firstRow) throws ModelRejectedException {
        int size = config.intermediateSize();
        if (!design.fusedProjections()) {
            boolean biased = design.biases().feedForward();
            return linear.layer(prefix + name, input, size, config.hiddenSize(), biased);
        }
        Matrix rows = new Matrix(prefix + "gate_up_proj.weight", firstRow, size, 2 * size, config.hiddenSize());
        return linear.product(prefix + name, input, rows);
    }

    private String activated(String name, String input) {
        return switch (design.activation()) {
            // QuickGelu with alpha 1 is x · sigmoid(x), the SiLU.
            case SILU -> graph.node(MICROSOFT, "QuickGelu", name, List.of(input), attribute("alpha", 1f));
            case GELU_TANH -> graph.node(STANDARD, "Gelu", name, List.of(input), attribute("approximate", "tanh"));
        };
    }

    /** Logits of the wanted tokens alone: a prefill pays for one row of the vocabulary, not for one per token. */
    private void head(String normed) throws ModelRejectedException {
        String shapeOfRows = graph.constant("rows_of_hidden", -1, config.hiddenSize());
        String rows = graph.node(STANDARD, "Reshape", "hidden", List.of(normed, shapeOfRows));
        AttributeProto byRow = attribute("axis", 0);
        String wanted = graph.node(STANDARD, "Gather", WANTED, List.of(rows, DecoderGraph.LOGIT_ROWS), byRow);
        float cap = (float) design.scales().logitCap();
        if (cap == 0) {
            logits(DecoderGraph.LOGITS, wanted);
        } else {
            String raw = logits("logits.raw", wanted);
            String limit = graph.scalar("logits.cap", cap);
            String share = graph.node(STANDARD, "Div", "logits.share", List.of(raw, limit));
            String bent = graph.node(STANDARD, "Tanh", "logits.bent", List.of(share));
            graph.node(STANDARD, "Mul", DecoderGraph.LOGITS, List.of(bent, limit));
        }
        graph.output(DecoderGraph.LOGITS, Element.FLOAT, WANTED, config.vocabularySize());
    }

    private String logits(String name, String wanted) throws ModelRejectedException {
        return config.tiedEmbeddings()
                ? linear.productWithTable(name, wanted, embedding())
                : linear.product(name, wanted, Matrix.whole(HEAD, config.vocabularySize(), config.hiddenSize()));
    }
}
