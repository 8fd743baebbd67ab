// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attributes;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.graph.SpeechGraphs.Part;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/** Assembles the keys and values over the sound, which every token of a window looks at. */
final class SpeechCrossingAssembly {

    private final SpeechConfig config;
    private final SpeechBlocks blocks;

    SpeechCrossingAssembly(SpeechConfig config, Weights weights, Arena memory) {
        this.config = config;
        blocks = new SpeechBlocks(config, weights, memory);
    }

    SpeechBlocks blocks() {
        return blocks;
    }

    Part build() throws ModelRejectedException {
        int heads = config.decoder().heads();
        blocks.graph.input(SpeechGraphs.HIDDEN, Element.FLOAT, 1, config.sourcePositions(), config.width());
        blocks.graph.constant("heads", 0, 0, heads, config.width() / heads);
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            String prefix = "model.decoder.layers." + layer + ".encoder_attn.";
            side(blocks.square(prefix + "k_proj", SpeechGraphs.HIDDEN, false), SpeechGraphs.keys(layer));
            side(blocks.square(prefix + "v_proj", SpeechGraphs.HIDDEN, true), SpeechGraphs.values(layer));
        }
        return blocks.part();
    }

    private void side(String rows, String name) {
        int heads = config.decoder().heads();
        String split = blocks.graph.node(STANDARD, "Reshape", rows + ".heads", List.of(rows, "heads"));
        blocks.graph.node(STANDARD, "Transpose", name, List.of(split), attributes("perm", 0, 2, 1, 3));
        blocks.graph.output(name, Element.FLOAT, 1, heads, config.sourcePositions(), config.width() / heads);
    }
}
