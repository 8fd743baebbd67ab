// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.folder.DecoderDesign;
import dev.rivulet.modelpackage.folder.DecoderDesign.Activation;
import dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.folder.Rope;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a decoder, which training leaves as they are, as float32 in memory, each matrix by rows of its inputs and by rows of
 * its outputs. Llama's arithmetic alone: grouped-query attention with rotary positions, RMSNorm before each part, a gate with SiLU.
 * Immutable; may be shared by threads.
 */
public final class FrozenDecoder {

    /** Positions that are trained on. */
    static final int LONGEST = 4096;

    private static final long MOST_VALUES = 64L << 20;

    final DecoderConfig config;
    final Turns turns;
    final float[][] embedding;
    final Linear output;
    final float[] lastNorm;
    final List<Block> blocks;

    /** A matrix [outputs, inputs] in both orders. */
    record Linear(String name, float[][] byOutput, float[][] byInput) {

        int inputs() {
            return byInput.length;
        }

        int outputs() {
            return byOutput.length;
        }
    }

    /** One block. */
    record Block(
            float[] attentionNorm,
            Linear query,
            Linear key,
            Linear value,
            Linear attended,
            float[] gateNorm,
            Linear gate,
            Linear up,
            Linear down) {

        List<Linear> linears() {
            return List.of(query, key, value, attended, gate, up, down);
        }
    }

    private FrozenDecoder(DecoderConfig config, Rope rope, Weights weights, Arena memory)
            throws ModelRejectedException {
        this.config = config;
        this.turns =
                new Turns(rope, config.headSize(), config.contextLength(), Math.min(config.contextLength(), LONGEST));
        int width = config.hiddenSize();
        this.embedding = matrix(weights, "model.embed_tokens.weight", config.vocabularySize(), width, memory);
        this.output = config.tiedEmbeddings()
                ? new Linear("lm_head", embedding, Matrices.transposed(embedding))
                : linear(weights, "lm_head", config.vocabularySize(), width, memory);
        this.lastNorm = vector(weights, "model.norm.weight", width, memory);
        List<Block> read = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            read.add(block(weights, "model.layers." + layer + ".", memory));
        }
        this.blocks = List.copyOf(read);
    }

    /**
     * Reads a decoder.
     *
     * @throws ModelRejectedException if its arithmetic is another one, it has more than 64 M values, or a tensor is missing or of
     *     another shape
     * @throws IOException if a file can't be read
     */
    public static FrozenDecoder read(ModelFolder folder) throws IOException, ModelRejectedException {
        DecoderConfig config = folder.config();
        Rope rope = requirePlain(config);
        try (Arena memory = Arena.ofConfined()) {
            return new FrozenDecoder(config, rope, folder.weights(), memory);
        }
    }

    /** Sizes and arithmetic. */
    public DecoderConfig config() {
        return config;
    }

    private static Rope requirePlain(DecoderConfig config) throws ModelRejectedException {
        DecoderDesign design = config.design();
        List<Rope> ropes = design.ropes();
        String other = otherThanLlama(design, config);
        if (other != null || ropes.size() != 1) {
            throw new ModelRejectedException("adapters are trained of decoders with Llama's arithmetic; this one has "
                    + (other == null ? "several rotary embeddings" : other));
        }
        long values = (long) config.vocabularySize() * config.hiddenSize()
                + (long) config.layers()
                        * config.hiddenSize()
                        * (4L * config.hiddenSize() + 3L * config.intermediateSize());
        if (values > MOST_VALUES) {
            throw new ModelRejectedException("this decoder has about " + (values >> 20)
                    + " M values; the trainer holds decoders of at most " + (MOST_VALUES >> 20) + " M");
        }
        return ropes.getFirst();
    }

    private static @Nullable String otherThanLlama(DecoderDesign design, DecoderConfig config) {
        DecoderDesign.Norms norms = design.norms();
        if (norms.beforeAttention().isEmpty()
                || norms.afterAttention().isPresent()
                || norms.offset() != 0
                || !norms.beforeFeedForward().equals(Optional.of("post_attention_layernorm"))) {
            return "norms elsewhere";
        }
        if (design.queryKeyNorm() != QueryKeyNorm.NONE) {
            return "norms of queries and keys";
        }
        DecoderDesign.Biases biases = design.biases();
        if (biases.queryKeyValue() || biases.attentionOutput() || biases.feedForward()) {
            return "biases";
        }
        if (design.activation() != Activation.SILU || design.fusedProjections()) {
            return "another gate or fused projections";
        }
        DecoderDesign.Scales scales = design.scales();
        if (scales.embedding() != 1 || scales.attentionCap() != 0 || scales.logitCap() != 0) {
            return "scaled embeddings or caps";
        }
        boolean partial = design.layers().stream()
                .anyMatch(layer -> layer.window().isPresent()
                        || layer.rope().map(Rope::dimensions).orElse(0) != config.headSize());
        return partial ? "windows or partly rotated heads" : null;
    }

    private Block block(Weights weights, String prefix, Arena memory) throws ModelRejectedException {
        int width = config.hiddenSize();
        int heads = config.heads() * config.headSize();
        int shared = config.keyValueHeads() * config.headSize();
        int inner = config.intermediateSize();
        String attention = prefix + "self_attn.";
        String mlp = prefix + "mlp.";
        return new Block(
                vector(weights, prefix + "input_layernorm.weight", width, memory),
                linear(weights, attention + "q_proj", heads, width, memory),
                linear(weights, attention + "k_proj", shared, width, memory),
                linear(weights, attention + "v_proj", shared, width, memory),
                linear(weights, attention + "o_proj", width, heads, memory),
                vector(weights, prefix + "post_attention_layernorm.weight", width, memory),
                linear(weights, mlp + "gate_proj", inner, width, memory),
                linear(weights, mlp + "up_proj", inner, width, memory),
                linear(weights, mlp + "down_proj", width, inner, memory));
    }

    private static Linear linear(Weights weights, String name, int outputs, int inputs, Arena memory)
            throws ModelRejectedException {
        float[][] rows = matrix(weights, name + ".weight", outputs, inputs, memory);
        return new Linear(name, rows, Matrices.transposed(rows));
    }

    private static float[][] matrix(Weights weights, String name, int rows, int columns, Arena memory)
            throws ModelRejectedException {
        float[] values = read(weights, name, List.of((long) rows, (long) columns), memory);
        float[][] matrix = new float[rows][columns];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, row * columns, matrix[row], 0, columns);
        }
        return matrix;
    }

    private static float[] vector(Weights weights, String name, int size, Arena memory) throws ModelRejectedException {
        return read(weights, name, List.of((long) size), memory);
    }

    private static float[] read(Weights weights, String name, List<Long> shape, Arena memory)
            throws ModelRejectedException {
        if (!weights.info(name).shape().equals(shape)) {
            throw new ModelRejectedException(
                    "tensor '" + name + "' has the shape " + weights.info(name).shape() + ", not " + shape);
        }
        FloatBuffer buffer = weights.floats(name, memory);
        float[] values = new float[buffer.remaining()];
        buffer.duplicate().get(values);
        return values;
    }
}
