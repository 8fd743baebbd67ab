// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import static dev.rivulet.modelpackage.graph.GraphWriter.MICROSOFT;
import static dev.rivulet.modelpackage.graph.GraphWriter.STANDARD;
import static dev.rivulet.modelpackage.graph.GraphWriter.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import java.util.List;
import java.util.Optional;

/** Writes RMSNorm, alone or with the addition before it. */
final class NormLayers {

    private final GraphWriter graph;
    private final Parameters parameters;
    private final DecoderConfig config;

    NormLayers(GraphWriter graph, Parameters parameters, DecoderConfig config) {
        this.graph = graph;
        this.parameters = parameters;
        this.config = config;
    }

    /** The residual stream, and what the next part reads of it. */
    record Stream(String residual, String input) {}

    /** Over the last dimension, of the given size; the output has the norm's name. */
    String normed(String name, String input, int size) throws ModelRejectedException {
        return graph.node(
                STANDARD,
                "SimplifiedLayerNormalization",
                name,
                List.of(input, weight(name, size)),
                attribute("axis", -1),
                epsilon(),
                attribute("stash_type", 1));
    }

    /** As {@link #normed}, or the input itself where there is no norm. */
    String normed(Optional<String> name, String input) throws ModelRejectedException {
        return name.isPresent() ? normed(name.get(), input, config.hiddenSize()) : input;
    }

    /** Adds a part's output to the residual stream and normalises the sum for the next part, if that wants it. */
    Stream added(Stream stream, String change, String sum, Optional<String> name) throws ModelRejectedException {
        if (name.isEmpty()) {
            graph.node(STANDARD, "Add", sum, List.of(stream.residual(), change));
            return new Stream(sum, sum);
        }
        graph.node(
                MICROSOFT,
                "SkipSimplifiedLayerNormalization",
                name.get(),
                List.of(stream.residual(), change, weight(name.get(), config.hiddenSize())),
                List.of(name.get(), "", "", sum),
                epsilon());
        return new Stream(sum, name.get());
    }

    private String weight(String name, int size) throws ModelRejectedException {
        return parameters.vector(name + ".weight", size, config.design().norms().offset());
    }

    private AttributeProto epsilon() {
        return attribute("epsilon", (float) config.normEpsilon());
    }
}
