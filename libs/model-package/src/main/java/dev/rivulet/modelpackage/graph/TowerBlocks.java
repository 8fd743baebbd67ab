// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig.Activation;
import java.util.List;

/**
 * Writes the blocks that CLIP's and SigLIP's encoders of pictures and of texts share: norm, attention, norm, two linear layers.
 *
 * @param hidden width
 * @param inner width of the feed-forward layers
 * @param epsilon added to the variance in norms
 * @param causal whether a token sees those before it alone
 */
record TowerBlocks(
        GraphWriter graph,
        Parameters parameters,
        Projections linear,
        int hidden,
        int inner,
        int heads,
        Activation activation,
        double epsilon,
        boolean causal) {

    /** @param block prefix of its tensors */
    String write(String block, String stream) throws ModelRejectedException {
        String attended = attention(block + "self_attn.", normed(block + "layer_norm1", stream));
        String middle = graph.node(STANDARD, "Add", block + "middle", List.of(stream, attended));
        String read = normed(block + "layer_norm2", middle);
        String wide = linear.layer(block + "mlp.fc1", read, inner, hidden, true);
        String activated = VisionReadoutLayers.activated(graph, block + "activated", wide, activation);
        String fed = linear.layer(block + "mlp.fc2", activated, hidden, inner, true);
        return graph.node(STANDARD, "Add", block + "sum", List.of(middle, fed));
    }

    private String attention(String part, String input) throws ModelRejectedException {
        List<String> inputs = List.of(
                linear.layer(part + "q_proj", input, hidden, hidden, true),
                linear.layer(part + "k_proj", input, hidden, hidden, true),
                linear.layer(part + "v_proj", input, hidden, hidden, true));
        double scale = 1 / Math.sqrt((double) hidden / heads);
        String attended = graph.node(
                MICROSOFT,
                "MultiHeadAttention",
                part + "attended",
                inputs,
                attribute("num_heads", (long) heads),
                attribute("unidirectional", causal ? 1L : 0L),
                attribute("scale", (float) scale));
        return linear.layer(part + "out_proj", attended, hidden, hidden, true);
    }

    /** Mean and variance over the last dimension; the output has the norm's name. */
    String normed(String name, String input) throws ModelRejectedException {
        List<String> inputs = List.of(
                input, parameters.vector(name + ".weight", hidden, 0), parameters.vector(name + ".bias", hidden, 0));
        return graph.node(
                STANDARD, "LayerNormalization", name, inputs, attribute("axis", -1L), attribute("epsilon", (float)
                        epsilon));
    }
}
