// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.SpeechGraphs.Part;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Predicate;

/** What the graphs of a Whisper model are made of: norms, layers and feed-forward parts of one width. */
final class SpeechBlocks {

    private static final float EPSILON = 1e-5f;

    final GraphWriter graph = new GraphWriter();
    final Parameters parameters;
    final Projections linear;
    private final SpeechConfig config;

    SpeechBlocks(SpeechConfig config, Weights weights, Arena memory) {
        this.config = config;
        parameters = new Parameters(weights, memory, graph);
        linear = new Projections(graph, parameters, new FloatLayers(weights, memory));
    }

    boolean uses(String tensor) {
        return parameters.uses(tensor);
    }

    void refuseLeftOvers(String architecture, Predicate<String> harmless) throws ModelRejectedException {
        parameters.refuseLeftOvers(architecture, harmless);
    }

    Part part() {
        return new Part(graph.model(), graph.weights());
    }

    /** Mean and variance over the last dimension; the output has the norm's name. */
    String normed(String name, String input) throws ModelRejectedException {
        String weight = parameters.vector(name + ".weight", config.width(), 0);
        String bias = parameters.vector(name + ".bias", config.width(), 0);
        return graph.node(
                STANDARD,
                "LayerNormalization",
                name,
                List.of(input, weight, bias),
                attribute("axis", -1),
                attribute("epsilon", EPSILON));
    }

    /** A square layer of the model's width. */
    String square(String prefix, String input, boolean biased) throws ModelRejectedException {
        return linear.layer(prefix, input, config.width(), config.width(), biased);
    }

    /** Adds a part's output to the stream. */
    String added(String name, String stream, String change) {
        return graph.node(STANDARD, "Add", name, List.of(stream, change));
    }

    /** The last part of a block: norm, two layers, sum. */
    String feedForward(String block, String stream, int inner) throws ModelRejectedException {
        String read = normed(block + "final_layer_norm", stream);
        String wide = linear.layer(block + "fc1", read, inner, config.width(), true);
        String activated = EncoderAssembly.activated(graph, block + "activated", wide, config.activation());
        String narrow = linear.layer(block + "fc2", activated, config.width(), inner, true);
        return added(block + "sum", stream, narrow);
    }
}
