package dev.rivulet.modelpackage.graph;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

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
 * <tr><td>past_k.L, past_v.L</td><td>float [B, kvHeads, contextLength, headSize]</td><td>the cache</td></tr>
 * <tr><td>present_k.L, present_v.L</td><td>as past</td><td>the cache with the new positions</td></tr>
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

    public DecoderGraph {
        weights = Map.copyOf(weights);
    }

    /**
     * One external initialiser.
     *
     * @param values direct, native byte order
     * @param dimensions row-major
     */
    public record Weight(FloatBuffer values, List<Long> dimensions) {

        public Weight {
            dimensions = List.copyOf(dimensions);
        }

        /** Bytes of the values. */
        public long bytes() {
            return (long) values.remaining() * Float.BYTES;
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
     */
    public record Shape(int layers, int keyValueHeads, int headSize, int contextLength, int vocabularySize) {

        public static Shape of(DecoderConfig config, int contextLength) {
            return new Shape(
                    config.layers(), config.keyValueHeads(), config.headSize(), contextLength, config.vocabularySize());
        }
    }

    /**
     * Builds the graph of a model.
     *
     * @param contextLength positions of a row, at most those of the configuration
     * @param memory holds what is converted or computed; 32-bit weights stay in the mapped file
     * @throws ModelRejectedException if a tensor is missing, left over or of another shape than the configuration asks for
     */
    public static DecoderGraph of(DecoderConfig config, Weights weights, int contextLength, Arena memory)
            throws ModelRejectedException {
        return new DecoderAssembly(config, weights, contextLength, memory).build();
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
