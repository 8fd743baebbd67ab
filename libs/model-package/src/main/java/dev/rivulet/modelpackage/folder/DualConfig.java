// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig.Activation;
import java.util.List;
import java.util.Optional;

/**
 * Two encoders, of texts and of pictures, that give vectors of one space: CLIP (Radford et al. 2021) and SigLIP (Zhai et al. 2023).
 *
 * @param architecture first of {@code architectures}
 * @param text the encoder of texts
 * @param pictures the encoder of pictures
 * @param recipe that makes pictures ready for it
 */
public record DualConfig(String architecture, Text text, VisionConfig pictures, PictureRecipe recipe) {

    private static final String CLIP = "CLIPModel";
    private static final String SIGLIP = "SiglipModel";

    /**
     * The encoder of texts.
     *
     * @param hiddenSize width of a token
     * @param contextLength most tokens
     * @param clip whether a token sees those before it alone and the end token is read out; else all see all, texts are padded to the
     *     context, and the last place is read out
     * @param endToken of CLIP: the token that is read out; 2 for the largest id, as its first configurations mean it
     * @param padding of SigLIP: the token that fills a text
     * @param width of the vectors
     */
    public record Text(
            int hiddenSize,
            int layers,
            int heads,
            int intermediateSize,
            int vocabularySize,
            int contextLength,
            Activation activation,
            double normEpsilon,
            boolean clip,
            int endToken,
            int padding,
            int width) {}

    public static List<String> supported() {
        return List.of(CLIP, SIGLIP);
    }

    /** Whether a configuration names one of these. */
    static boolean is(ConfigJson json) throws ModelRejectedException {
        List<String> named = json.strings("architectures");
        return !named.isEmpty() && supported().contains(named.getFirst());
    }

    static DualConfig read(ConfigJson json, ConfigJson recipe) throws ModelRejectedException {
        boolean clip = json.strings("architectures").getFirst().equals(CLIP);
        ConfigJson text = json.object("text_config").orElseThrow(() -> json.refuse("text_config", "is missing"));
        ConfigJson vision = json.object("vision_config").orElseThrow(() -> json.refuse("vision_config", "is missing"));
        int width = json.optionalNumber("projection_dim", 1, 1 << 14).orElse(512);
        VisionReadout readout =
                clip ? new VisionReadout.ClassToken("visual_projection", width) : new VisionReadout.AttentionPool();
        VisionConfig pictures = new VisionReader(vision, clip ? VisionReader.CLIP : VisionReader.SIGLIP)
                .read("vision_model.", clip, readout);
        PictureRecipe made = PictureReader.read(recipe, clip ? PictureReader.Kind.CLIP : PictureReader.Kind.SIGLIP);
        DualConfig config = new DualConfig(
                clip ? CLIP : SIGLIP, text(text, clip, clip ? width : pictures.hiddenSize()), pictures, made);
        if (made.square() != pictures.imageSize()) {
            throw new ModelRejectedException(PictureReader.FILE
                    + ": pictures must get the image_size of vision_config, " + pictures.imageSize());
        }
        return config;
    }

    private static Text text(ConfigJson json, boolean clip, int width) throws ModelRejectedException {
        int hidden = json.optionalNumber("hidden_size", 1, 1 << 14).orElse(clip ? 512 : 768);
        int heads = json.optionalNumber("num_attention_heads", 1, 256).orElse(clip ? 8 : 12);
        if (hidden % heads != 0) {
            throw json.refuse("num_attention_heads", "must divide hidden_size, " + hidden);
        }
        Optional<Integer> projected = Optional.empty();
        if (!clip && json.optionalNumber("projection_size", 1, 1 << 14).isPresent()) {
            projected = Optional.of(json.number("projection_size", 1, 1 << 14));
        }
        if (!clip && projected.orElse(hidden) != width) {
            throw json.refuse("projection_size", "must be the hidden_size of vision_config, " + width);
        }
        return new Text(
                hidden,
                json.optionalNumber("num_hidden_layers", 1, 512).orElse(12),
                heads,
                json.optionalNumber("intermediate_size", 1, 1 << 17).orElse(clip ? 2048 : 3072),
                json.optionalNumber("vocab_size", 1, DecoderConfig.LARGEST_VOCABULARY)
                        .orElse(clip ? 49_408 : 32_000),
                json.optionalNumber("max_position_embeddings", 1, 1 << 14).orElse(clip ? 77 : 64),
                VisionFamily.activation(json, "hidden_act", clip ? "quick_gelu" : "gelu_pytorch_tanh"),
                json.real("layer_norm_eps", 0, 0.1).orElse(clip ? 1e-5 : 1e-6),
                clip,
                json.optionalNumber("eos_token_id", 0, DecoderConfig.LARGEST_VOCABULARY)
                        .orElse(49_407),
                json.optionalNumber("pad_token_id", 0, DecoderConfig.LARGEST_VOCABULARY)
                        .orElse(1),
                width);
    }
}
