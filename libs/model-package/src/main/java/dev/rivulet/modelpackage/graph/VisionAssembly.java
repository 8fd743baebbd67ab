// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;
import static dev.rivulet.modelpackage.graph.GraphWriter.attributes;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.folder.VisionReadout;
import dev.rivulet.modelpackage.graph.GraphWriter.Element;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/** Assembles an encoder of pictures: patches, places, blocks with the norm first, and a {@link VisionReadout}. */
final class VisionAssembly {

    private final VisionConfig config;
    private final Arena memory;
    private final GraphWriter graph = new GraphWriter();
    private final Parameters parameters;
    private final Projections linear;
    private final TowerBlocks blocks;
    private final String prefix;

    VisionAssembly(VisionConfig config, Weights weights, Arena memory) {
        this.config = config;
        this.memory = memory;
        this.prefix = config.prefix();
        parameters = new Parameters(weights, memory, graph);
        linear = new Projections(graph, parameters, new FloatLayers(weights, memory));
        blocks = new TowerBlocks(
                graph,
                parameters,
                linear,
                config.hiddenSize(),
                config.intermediateSize(),
                config.heads(),
                config.activation(),
                config.normEpsilon(),
                false);
    }

    VisionGraph build() throws ModelRejectedException {
        int side = config.imageSize();
        graph.input(VisionGraph.PIXELS, Element.FLOAT, "pictures", 3, side, side);
        String stream = placed(patches());
        if (config.clip()) {
            // The name is misspelt in every checkpoint.
            stream = blocks.normed(prefix + "pre_layrnorm", stream);
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            stream = blocks.write(prefix + "encoder.layers." + layer + ".", stream);
        }
        new VisionReadoutLayers(graph, parameters, linear, blocks::normed, config).write(stream);
        parameters.refuseLeftOvers("the encoder of pictures", this::harmless);
        return new VisionGraph(graph.model(), graph.weights());
    }

    /** Numbers of positions, and what lies behind the last block that is read. */
    private boolean harmless(String name) {
        boolean unread = config.readout() instanceof VisionReadout.Projector && name.startsWith(prefix);
        return name.endsWith("embeddings.position_ids") || unread;
    }

    private String patches() throws ModelRejectedException {
        int patch = config.patchSize();
        int hidden = config.hiddenSize();
        String tensor = prefix + "embeddings.patch_embedding";
        String weight = parameters.tensor(tensor + ".weight", hidden, 3, patch, patch);
        List<String> inputs = config.clip()
                ? List.of(VisionGraph.PIXELS, weight)
                : List.of(VisionGraph.PIXELS, weight, parameters.vector(tensor + ".bias", hidden, 0));
        String cut = graph.node(
                STANDARD,
                "Conv",
                "patches.cut",
                inputs,
                attributes("kernel_shape", patch, patch),
                attributes("strides", patch, patch));
        String flat = reshaped("patches.flat", cut, 0, hidden, -1);
        return graph.node(STANDARD, "Transpose", "patches", List.of(flat), attributes("perm", 0, 2, 1));
    }

    private String placed(String patches) throws ModelRejectedException {
        int hidden = config.hiddenSize();
        String all = patches;
        if (config.clip()) {
            String token = parameters.tensor(prefix + "embeddings.class_embedding", hidden);
            String sizes = graph.node(
                    STANDARD,
                    "Shape",
                    "class.pictures",
                    List.of(patches),
                    attribute("start", 0L),
                    attribute("end", 1L));
            String size = graph.node(
                    STANDARD,
                    "Concat",
                    "class.size",
                    List.of(sizes, graph.constant("class.row", 1, hidden)),
                    attribute("axis", 0L));
            String tokens = graph.node(STANDARD, "Expand", "class.tokens", List.of(token, size));
            all = graph.node(STANDARD, "Concat", "class.first", List.of(tokens, patches), attribute("axis", 1L));
        }
        String places = new PatchPlaces(config, parameters, memory).write(graph);
        return graph.node(STANDARD, "Add", "placed", List.of(all, places));
    }

    private String reshaped(String name, String input, long... size) {
        return graph.node(STANDARD, "Reshape", name, List.of(input, graph.constant(name + ".size", size)));
    }
}
