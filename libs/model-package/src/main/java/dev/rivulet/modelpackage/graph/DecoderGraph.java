// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.quantisation.ActivationRange;
import dev.rivulet.modelpackage.quantisation.LinearTensor;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder as an ONNX graph without its weights. Keys and values live outside: input {@code past_k.L} and output
 * {@code present_k.L} of layer {@code L} have the same fixed shape and may be the same memory.
 *
 * <table>
 * <caption>Inputs and outputs</caption>
 * <tr><td>{@value #INPUT_IDS}</td><td>int64 [B, S]</td><td>tokens; B = 1 or S = 1</td></tr>
 * <tr><td>{@value #LAST_POSITION}</td><td>int32 [B]</td><td>position of each row's last token</td></tr>
 * <tr><td>{@value #TOTAL_LENGTH}</td><td>int32 [1]</td><td>largest of those positions, plus one</td></tr>
 * <tr><td>{@value #LOGIT_ROWS}</td><td>int64 [N]</td><td>which of the B·S tokens logits are wanted for</td></tr>
 * <tr><td>past_k.L, past_v.L</td><td>float or int8 [B, kvHeads, contextLength, headSize]</td><td>the cache</td></tr>
 * <tr><td>present_k.L, present_v.L</td><td>as past</td><td>the cache with the new positions</td></tr>
 * <tr><td>{@value #SOFT}</td><td>float [K, softWidth]</td><td>rows of pictures, if the model sees</td></tr>
 * <tr><td>{@value #SOFT_ROWS}</td><td>int64 [B, S]</td><td>which of them stands in for each token; -1 for none</td></tr>
 * <tr><td>{@value #LOGITS}</td><td>float [N, vocabularySize]</td><td></td></tr>
 * </table>
 *
 * @param model the serialised {@code ModelProto}, direct; its large initialisers are external and named in {@code weights}
 * @param weights values of the external initialisers
 * @param shape sizes of the cache and the output
 */
public record DecoderGraph(ByteBuffer model, Map<String, Weight> weights, Shape shape) {

    public static final String INPUT_IDS = "input_ids";
    public static final String LAST_POSITION = "last_position";
    public static final String TOTAL_LENGTH = "total_length";
    public static final String LOGIT_ROWS = "logit_rows";
    public static final String LOGITS = "logits";
    public static final String SOFT = "soft";
    public static final String SOFT_ROWS = "soft_rows";
    public static final String ADAPTER_MASK = "adapter_mask";

    public DecoderGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * One external initialiser.
     *
     * @param values direct, native byte order: a {@link FloatBuffer}, or a {@link ByteBuffer} of 8-bit numbers
     * @param signed whether the numbers have a sign
     * @param dimensions row-major
     */
    public record Weight(Buffer values, boolean signed, List<Long> dimensions) {

        public Weight {
            dimensions = List.copyOf(dimensions);
        }

        /** Floats. */
        public Weight(FloatBuffer values, List<Long> dimensions) {
            this(values, true, dimensions);
        }
    }

    /**
     * Sizes of the cache and the output.
     *
     * @param layers number of blocks
     * @param keyValueHeads heads of keys and values
     * @param headSize width of a head
     * @param contextLength positions of a row
     * @param vocabularySize logits of a row
     * @param scales of a cache of 8-bit numbers; empty for one of floats
     * @param softWidth width of a row of a picture; 0 for a model of text alone
     */
    public record Shape(
            int layers,
            int keyValueHeads,
            int headSize,
            int contextLength,
            int vocabularySize,
            Optional<CacheScales> scales,
            int softWidth) {

        /** With a cache of floats. */
        public static Shape of(DecoderConfig config, int contextLength) {
            return new Shape(
                    config.layers(),
                    config.keyValueHeads(),
                    config.headSize(),
                    contextLength,
                    config.vocabularySize(),
                    Optional.empty(),
                    config.soft() ? config.hiddenSize() : 0);
        }

        /** The same with a cache of 8-bit numbers. */
        public Shape withScales(CacheScales measured) {
            if (measured.keys().size() != layers) {
                throw new IllegalArgumentException(measured.keys().size() + " scales for " + layers + " layers");
            }
            return new Shape(
                    layers, keyValueHeads, headSize, contextLength, vocabularySize, Optional.of(measured), softWidth);
        }

        /** The same for text alone. */
        Shape blind() {
            return new Shape(layers, keyValueHeads, headSize, contextLength, vocabularySize, scales, 0);
        }

        /** Bytes of one number of the cache. */
        public int cacheBytes() {
            return scales.isPresent() ? Byte.BYTES : Float.BYTES;
        }
    }

    /**
     * Builds the graph of a model.
     *
     * @param shape as {@link Shape#of} gives it for the configuration, with at most its context
     * @param memory holds what is converted or computed; 32-bit weights stay in the mapped file
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static DecoderGraph of(DecoderConfig config, Weights weights, Shape shape, Arena memory)
            throws ModelRejectedException {
        return of(config, weights, shape, memory, new FloatLayers(weights, memory));
    }

    /**
     * The graph of {@link #of} or {@link #quantised} with inputs for low-rank adapters: {@link #ADAPTER_MASK}, float [B, 1, R], and
     * for each {@link #adaptable} matrix {@link #down}, float [R, inputs], and {@link #up}, float [R, outputs].
     *
     * @param quantised as there, not read for 32-bit floats
     */
    public static DecoderGraph adapted(
            DecoderConfig config,
            Weights weights,
            WeightKind kind,
            Weights quantised,
            ActivationRange range,
            Shape shape,
            Arena memory)
            throws ModelRejectedException {
        LinearLayers layers = layers(weights, kind, quantised, range, memory);
        return of(config, weights, shape, memory, new AdaptedLayers(layers));
    }

    /** Whether adapters may change a matrix: those of blocks, not the head. */
    public static boolean adaptable(LinearTensor matrix) {
        return !matrix.table() && matrix.tensor().startsWith("model.layers.");
    }

    /** Input of the stacked first factors; matrices that share a tensor share it. */
    public static String down(LinearTensor matrix) {
        return matrix.tensor() + ".adapter.down";
    }

    /** Input of the stacked second factors, scaled and transposed. */
    public static String up(LinearTensor matrix) {
        return matrix.name() + ".adapter.up";
    }

    /**
     * Builds the graph of a model from the quantised form of its matrices; what else it has stays as it is.
     *
     * @param quantised the tensors of {@link #matrices} in the form of a kind
     * @param range of activations where they are 8 bits wide
     */
    public static DecoderGraph quantised(
            DecoderConfig config,
            Weights weights,
            WeightKind kind,
            Weights quantised,
            ActivationRange range,
            Shape shape,
            Arena memory)
            throws ModelRejectedException {
        return of(config, weights, shape, memory, layers(weights, kind, quantised, range, memory));
    }

    private static LinearLayers layers(
            Weights weights, WeightKind kind, Weights quantised, ActivationRange range, Arena memory) {
        return switch (kind) {
            case F32 -> new FloatLayers(weights, memory);
            case W8R -> new ChannelInt8Layers(quantised, range);
            case INT4 -> new BlockInt4Layers(quantised);
        };
    }

    /** The matrices that a model multiplies by, in the order of its graph; each tensor once. */
    public static List<LinearTensor> matrices(DecoderConfig config, Weights weights) throws ModelRejectedException {
        PlannedLayers planned = new PlannedLayers();
        try (Arena memory = Arena.ofConfined()) {
            of(config, weights, Shape.of(config, 1).blind(), memory, planned);
        }
        return planned.tensors();
    }

    /**
     * Builds the graph of a model with outputs {@link #gram} beside the others, for a prefill of one row of text.
     *
     * @param inputs the {@link LinearTensor#input inputs} that are wanted
     */
    public static DecoderGraph calibrating(
            DecoderConfig config, Weights weights, Shape shape, Arena memory, Set<String> inputs)
            throws ModelRejectedException {
        return of(
                config,
                weights,
                shape.blind(),
                memory,
                new CalibratingLayers(new FloatLayers(weights, memory), inputs));
    }

    /** Name of the output {@code xᵀ x} of a value {@code x}, float [1, inputs, inputs], summed over the tokens of a run. */
    public static String gram(String input) {
        return input + ".gram";
    }

    private static DecoderGraph of(
            DecoderConfig config, Weights weights, Shape shape, Arena memory, LinearLayers layers)
            throws ModelRejectedException {
        return new DecoderAssembly(config, weights, shape, memory, layers).build();
    }

    /** Name of the cache input of a layer. */
    public static String past(Side side, int layer) {
        return "past_" + side.letter + "." + layer;
    }

    /** Name of the cache output of a layer. */
    public static String present(Side side, int layer) {
        return "present_" + side.letter + "." + layer;
    }

    /** The two halves of a cache. */
    public enum Side {
        KEYS('k'),
        VALUES('v');

        private final char letter;

        Side(char letter) {
            this.letter = letter;
        }
    }
}
