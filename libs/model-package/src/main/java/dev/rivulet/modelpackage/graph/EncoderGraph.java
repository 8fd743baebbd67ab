// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.folder.Readout;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * An encoder as an ONNX graph without its weights, for rows that are padded to the right.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>{@value #INPUT_IDS}</td><td>int64 [B, S]</td><td>tokens; what stands in the padding does not matter</td></tr>
 * <tr><td>{@value #TYPES}</td><td>int64 [B, S]</td><td>segments; only where {@code types} is true</td></tr>
 * <tr><td>{@value #LENGTHS}</td><td>int32 [B]</td><td>tokens of each row, 1 to S</td></tr>
 * <tr><td>{@value #OUTPUT}</td><td>float [B, width], or [B, S, width] by token</td><td></td></tr>
 * </table>
 *
 * @param model the serialised {@code ModelProto}, direct
 * @param weights values of the external initialisers
 * @param types whether segments are an input
 * @param width values of a row or token
 * @param byToken whether each token has an output
 */
public record EncoderGraph(ByteBuffer model, Map<String, Weight> weights, boolean types, int width, boolean byToken) {

    public static final String INPUT_IDS = "input_ids";
    public static final String TYPES = "token_type_ids";
    public static final String LENGTHS = "lengths";
    public static final String OUTPUT = "output";

    public EncoderGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * Builds the graph of a model.
     *
     * @param contextLength most tokens of a row
     * @param memory holds what is converted or computed; 32-bit weights stay in the mapped file
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static EncoderGraph of(EncoderConfig config, Weights weights, int contextLength, Arena memory)
            throws ModelRejectedException {
        return new EncoderAssembly(config, weights, contextLength, memory).build();
    }

    /** Values of a row or token that a model gives. */
    public static int width(EncoderConfig config) {
        return switch (config.readout()) {
            case Readout.Hidden hidden -> config.hiddenSize();
            case Readout.Embedding embedding -> config.hiddenSize();
            case Readout.Sequence sequence -> sequence.labels().size();
            case Readout.Tokens tokens -> tokens.labels().size();
        };
    }

    /** Whether a model gives values for each token. */
    public static boolean byToken(EncoderConfig config) {
        return config.readout() instanceof Readout.Hidden || config.readout() instanceof Readout.Tokens;
    }
}
