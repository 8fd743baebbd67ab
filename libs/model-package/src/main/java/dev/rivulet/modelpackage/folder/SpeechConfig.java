// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;

/**
 * Sizes and arithmetic of a Whisper model, from {@code config.json}.
 *
 * @param architecture first of {@code architectures}
 * @param width of the residual streams
 * @param encoder sizes of the encoder
 * @param decoder sizes of the decoder
 * @param vocabularySize rows of the embedding, which the output layer shares
 * @param mels filters of the features
 * @param sourcePositions hidden states of a window, half as many as its frames
 * @param targetPositions most tokens of a window
 * @param activation of the feed-forward layers
 * @param embeddingScale what embedded tokens are multiplied by
 */
public record SpeechConfig(
        String architecture,
        int width,
        Stack encoder,
        Stack decoder,
        int vocabularySize,
        int mels,
        int sourcePositions,
        int targetPositions,
        Activation activation,
        double embeddingScale) {

    static final String WHISPER = "WhisperForConditionalGeneration";

    /**
     * One half of the model.
     *
     * @param layers number of blocks
     * @param heads of attention; divide the width
     * @param inner width of the feed-forward layer
     */
    public record Stack(int layers, int heads, int inner) {}

    /** Frames of a window: the second convolution halves them. */
    public int windowFrames() {
        return 2 * sourcePositions;
    }

    static SpeechConfig read(ConfigJson json) throws ModelRejectedException {
        String architecture = json.strings("architectures").stream().findFirst().orElse("");
        if (!architecture.equals(WHISPER)) {
            throw json.refuse("architectures", "must name " + WHISPER + " to be a speech model");
        }
        if (!json.flag("tie_word_embeddings", true)) {
            throw json.refuse(
                    "tie_word_embeddings", "is false; only models whose output shares the embedding are supported");
        }
        if (json.object("quantization_config").isPresent()) {
            throw json.refuse("quantization_config", "is set; give the weights as F32, F16 or BF16");
        }
        int width = json.number("d_model", 8, 1 << 14);
        return new SpeechConfig(
                architecture,
                width,
                stack(json, "encoder", width),
                stack(json, "decoder", width),
                json.number("vocab_size", 1, DecoderConfig.LARGEST_VOCABULARY),
                json.number("num_mel_bins", 1, 200),
                json.number("max_source_positions", 1, 1 << 14),
                json.number("max_target_positions", 8, 1 << 14),
                activation(json),
                json.flag("scale_embedding", false) ? Math.sqrt(width) : 1);
    }

    private static Stack stack(ConfigJson json, String half, int width) throws ModelRejectedException {
        int heads = json.number(half + "_attention_heads", 1, 1024);
        if (width % heads != 0 || width / heads % 8 != 0) {
            throw json.refuse(
                    half + "_attention_heads", "makes heads that are no multiple of 8 wide, or do not divide d_model");
        }
        return new Stack(json.number(half + "_layers", 1, 1024), heads, json.number(half + "_ffn_dim", 1, 1 << 17));
    }

    private static Activation activation(ConfigJson json) throws ModelRejectedException {
        return switch (json.string("activation_function").orElse("gelu")) {
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default -> throw json.refuse("activation_function", "must be gelu, gelu_new, gelu_pytorch_tanh or relu");
        };
    }
}
