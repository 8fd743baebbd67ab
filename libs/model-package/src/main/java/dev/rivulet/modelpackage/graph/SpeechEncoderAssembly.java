// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;
import static dev.rivulet.modelpackage.graph.GraphWriter.attributes;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.graph.SpeechGraphs.Part;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/** Assembles Whisper's encoder: two convolutions over the features, positions, blocks with their norms first. */
final class SpeechEncoderAssembly {

    private static final String ENCODER = "model.encoder.";

    private final SpeechConfig config;
    private final SpeechBlocks blocks;

    SpeechEncoderAssembly(SpeechConfig config, Weights weights, Arena memory) {
        this.config = config;
        blocks = new SpeechBlocks(config, weights, memory);
    }

    SpeechBlocks blocks() {
        return blocks;
    }

    Part build() throws ModelRejectedException {
        GraphWriter graph = blocks.graph;
        graph.input(SpeechGraphs.FEATURES, Element.FLOAT, 1, config.mels(), config.windowFrames());
        String first = convolved("conv1", SpeechGraphs.FEATURES, config.mels(), 1);
        String second = convolved("conv2", first, config.width(), 2);
        String rows = graph.node(STANDARD, "Transpose", "rows", List.of(second), attributes("perm", 0, 2, 1));
        String places =
                blocks.parameters.tensor(ENCODER + "embed_positions.weight", config.sourcePositions(), config.width());
        String stream = blocks.added("placed", rows, places);
        for (int layer = 0; layer < config.encoder().layers(); layer++) {
            stream = block(ENCODER + "layers." + layer + ".", stream);
        }
        String normed = blocks.normed(ENCODER + "layer_norm", stream);
        graph.node(STANDARD, "Identity", SpeechGraphs.HIDDEN, List.of(normed));
        graph.output(SpeechGraphs.HIDDEN, Element.FLOAT, 1, config.sourcePositions(), config.width());
        return blocks.part();
    }

    private String convolved(String name, String input, int channels, int stride) throws ModelRejectedException {
        String weight = blocks.parameters.tensor(ENCODER + name + ".weight", config.width(), channels, 3);
        String bias = blocks.parameters.vector(ENCODER + name + ".bias", config.width(), 0);
        String output = blocks.graph.node(
                STANDARD,
                "Conv",
                name,
                List.of(input, weight, bias),
                attributes("kernel_shape", 3),
                attributes("pads", 1, 1),
                attributes("strides", stride));
        return EncoderAssembly.activated(blocks.graph, name + ".activated", output, Activation.GELU);
    }

    private String block(String block, String stream) throws ModelRejectedException {
        String read = blocks.normed(block + "self_attn_layer_norm", stream);
        String prefix = block + "self_attn.";
        List<String> inputs = List.of(
                blocks.square(prefix + "q_proj", read, true),
                blocks.square(prefix + "k_proj", read, false),
                blocks.square(prefix + "v_proj", read, true));
        String attended = blocks.graph.node(
                MICROSOFT,
                "MultiHeadAttention",
                prefix + "attended",
                inputs,
                attribute("num_heads", config.encoder().heads()));
        String change = blocks.square(prefix + "out_proj", attended, true);
        return blocks.feedForward(
                block,
                blocks.added(block + "middle", stream, change),
                config.encoder().inner());
    }
}
