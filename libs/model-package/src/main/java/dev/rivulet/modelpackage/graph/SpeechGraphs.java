// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.SpeechConfig;
import dev.rivulet.modelpackage.graph.DecoderGraph.Weight;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A Whisper model as three ONNX graphs without their weights ("Robust Speech Recognition via Large-Scale Weak Supervision", Radford et al.,
 * 2022). The keys and values of the attention over the sound are computed once for a window; those over the text lie in a cache that the third
 * graph reads and writes in place.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>encoder</td><td>{@value #FEATURES} float [1, mels, 2·P] to {@value #HIDDEN} float [1, P, width]</td></tr>
 * <tr><td>crossing</td><td>{@value #HIDDEN} to sound_k.L, sound_v.L float [1, heads, P, headSize] for each layer L of the decoder</td></tr>
 * <tr><td>decoder</td><td>{@code DecoderGraph}'s inputs and outputs for one row, {@value #POSITIONS} int64 [S], and sound_k.L, sound_v.L</td></tr>
 * </table>
 *
 * @param encoder from features to hidden states
 * @param crossing from hidden states to keys and values
 * @param decoder from tokens to logits
 */
public record SpeechGraphs(Part encoder, Part crossing, Part decoder) {

    public static final String FEATURES = "features";
    public static final String HIDDEN = "hidden";
    public static final String POSITIONS = "positions";

    /** One graph and the values of its external initialisers. */
    public record Part(ByteBuffer model, Map<String, Weight> weights) {

        public Part {
            weights = Map.copyOf(weights);
        }
    }

    /** Name of the keys of the sound in a layer. */
    public static String keys(int layer) {
        return "sound_k." + layer;
    }

    /** Name of the values of the sound in a layer. */
    public static String values(int layer) {
        return "sound_v." + layer;
    }

    /**
     * Builds the graphs of a model.
     *
     * @param memory holds what is converted; 32-bit weights stay in the mapped file
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static SpeechGraphs of(SpeechConfig config, Weights weights, Arena memory) throws ModelRejectedException {
        SpeechEncoderAssembly encoder = new SpeechEncoderAssembly(config, weights, memory);
        SpeechCrossingAssembly crossing = new SpeechCrossingAssembly(config, weights, memory);
        SpeechDecoderAssembly decoder = new SpeechDecoderAssembly(config, weights, memory);
        SpeechGraphs graphs = new SpeechGraphs(encoder.build(), crossing.build(), decoder.build());
        decoder.blocks()
                .refuseLeftOvers(
                        config.architecture(),
                        name -> encoder.blocks().uses(name)
                                || crossing.blocks().uses(name)
                                || name.equals("proj_out.weight"));
        return graphs;
    }
}
