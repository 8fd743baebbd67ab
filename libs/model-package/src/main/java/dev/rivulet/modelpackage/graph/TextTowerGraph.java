// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DualConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * CLIP's or SigLIP's encoder of texts as an ONNX graph without its weights.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>{@value #INPUT_IDS}</td><td>int64 [B, S]</td><td>tokens</td></tr>
 * <tr><td>{@value #READ}</td><td>int64 [B]</td><td>which of the B·S tokens is read out for each text</td></tr>
 * <tr><td>{@value #OUTPUT}</td><td>float [B, width]</td><td></td></tr>
 * </table>
 *
 * @param model the serialised {@code ModelProto}, direct
 * @param weights values of the external initialisers
 */
public record TextTowerGraph(ByteBuffer model, Map<String, Weight> weights) {

    public static final String INPUT_IDS = "input_ids";
    public static final String READ = "read";
    public static final String OUTPUT = "output";

    private static final String PREFIX = "text_model.";

    public TextTowerGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * Builds the graph.
     *
     * @param memory holds what is converted or computed
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static TextTowerGraph of(DualConfig.Text config, Weights weights, Arena memory)
            throws ModelRejectedException {
        GraphWriter graph = new GraphWriter();
        Parameters parameters = new Parameters(weights, memory, graph);
        Projections linear = new Projections(graph, parameters, new FloatLayers(weights, memory));
        graph.input(INPUT_IDS, Element.INT64, "rows", "tokens");
        graph.input(READ, Element.INT64, "rows");
        TowerBlocks blocks = new TowerBlocks(
                graph,
                parameters,
                linear,
                config.hiddenSize(),
                config.intermediateSize(),
                config.heads(),
                config.activation(),
                config.normEpsilon(),
                config.clip());
        String stream = embedded(config, graph, parameters, linear);
        for (int layer = 0; layer < config.layers(); layer++) {
            stream = blocks.write(PREFIX + "encoder.layers." + layer + ".", stream);
        }
        String normed = blocks.normed(PREFIX + "final_layer_norm", stream);
        String size = graph.constant("rows.size", -1, config.hiddenSize());
        String rows = graph.node(STANDARD, "Reshape", "rows", List.of(normed, size));
        String read = graph.node(STANDARD, "Gather", "rows.read", List.of(rows, READ), attribute("axis", 0L));
        project(config, graph, linear, read);
        graph.output(OUTPUT, Element.FLOAT, "rows", config.width());
        parameters.refuseLeftOvers("the encoder of texts", name -> name.endsWith("position_ids"));
        return new TextTowerGraph(graph.model(), graph.weights());
    }

    private static void project(DualConfig.Text config, GraphWriter graph, Projections linear, String read)
            throws ModelRejectedException {
        if (config.clip()) {
            Matrix matrix = Matrix.whole("text_projection.weight", config.width(), config.hiddenSize());
            linear.product(OUTPUT, read, matrix);
        } else {
            String head = linear.layer(PREFIX + "head", read, config.width(), config.hiddenSize(), true);
            graph.node(STANDARD, "Identity", OUTPUT, List.of(head));
        }
    }

    private static String embedded(DualConfig.Text config, GraphWriter graph, Parameters parameters, Projections linear)
            throws ModelRejectedException {
        String embeddings = PREFIX + "embeddings.";
        int hidden = config.hiddenSize();
        Matrix words = Matrix.whole(embeddings + "token_embedding.weight", config.vocabularySize(), hidden);
        String rows = linear.embedded("embedded", INPUT_IDS, words, "");
        String table = parameters.tensor(embeddings + "position_embedding.weight", config.contextLength(), hidden);
        String end = graph.node(
                STANDARD, "Shape", "places.end", List.of(INPUT_IDS), attribute("start", 1L), attribute("end", 2L));
        String places = graph.node(STANDARD, "Slice", "places", List.of(table, graph.constant("places.first", 0), end));
        return graph.node(STANDARD, "Add", "placed", List.of(rows, places));
    }
}
