// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * An encoder of pictures as an ONNX graph without its weights.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>{@value #PIXELS}</td><td>float [N, 3, imageSize, imageSize]</td><td>pictures, normalised</td></tr>
 * <tr><td>{@value #OUTPUT}</td><td>float [N, rows, width]</td><td>what is made of them</td></tr>
 * </table>
 *
 * @param model the serialised {@code ModelProto}, direct
 * @param weights values of the external initialisers
 */
public record VisionGraph(ByteBuffer model, Map<String, Weight> weights) {

    public static final String PIXELS = "pixels";
    public static final String OUTPUT = "output";

    public VisionGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * Builds the graph.
     *
     * @param memory holds what is converted or computed
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static VisionGraph of(VisionConfig config, Weights weights, Arena memory) throws ModelRejectedException {
        return new VisionAssembly(config, weights, memory).build();
    }
}
