// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.VisionConfig.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The families of decoders that see pictures, by the names of {@code architectures}. The decoder itself is one of
 * {@link DecoderFamily}, described by {@code text_config}; defaults are those of the reference implementation.
 */
enum VisionFamily {

    /** SmolVLM and SmolVLM2: SigLIP, squares of patches joined, a small decoder. */
    SMOLVLM("SmolVLMForConditionalGeneration", "model.text_model.") {
        @Override
        VisionDesign design(ConfigJson config, PictureRecipe recipe, int width) throws ModelRejectedException {
            return squares(config, recipe, width);
        }
    },

    /** Idefics3, which SmolVLM follows. */
    IDEFICS3("Idefics3ForConditionalGeneration", "model.text_model.") {
        @Override
        VisionDesign design(ConfigJson config, PictureRecipe recipe, int width) throws ModelRejectedException {
            return squares(config, recipe, width);
        }
    },

    /** LLaVA 1.5 and the models in its shape: CLIP or SigLIP, two linear layers, a decoder. */
    LLAVA("LlavaForConditionalGeneration", "language_model.model.", "model.language_model.", "language_model.") {
        @Override
        VisionDesign design(ConfigJson config, PictureRecipe recipe, int width) throws ModelRejectedException {
            return LlavaReader.design(config, recipe, width);
        }
    };

    /** Decoders whose embeddings a row of a picture may stand in for as it is, by {@code model_type}. */
    private static final Map<String, DecoderFamily> DECODERS = Map.of(
            "llama", DecoderFamily.LLAMA,
            "mistral", DecoderFamily.MISTRAL,
            "qwen2", DecoderFamily.QWEN2,
            "qwen3", DecoderFamily.QWEN3,
            "smollm3", DecoderFamily.SMOLLM3);

    static final String PLACEHOLDER = "<image>";

    final String architecture;
    private final List<String> textPrefixes;

    VisionFamily(String architecture, String... textPrefixes) {
        this.architecture = architecture;
        this.textPrefixes = List.of(textPrefixes);
    }

    /** @param width of the decoder */
    abstract VisionDesign design(ConfigJson config, PictureRecipe recipe, int width) throws ModelRejectedException;

    static List<String> supported() {
        return Arrays.stream(values()).map(family -> family.architecture).collect(Collectors.toList());
    }

    /** The family that a configuration names, if it is one of these. */
    static Optional<VisionFamily> of(ConfigJson config) throws ModelRejectedException {
        List<String> named = config.strings("architectures");
        return Arrays.stream(values())
                .filter(family -> !named.isEmpty() && family.architecture.equals(named.getFirst()))
                .findFirst();
    }

    /** The configuration of the decoder. */
    DecoderConfig decoder(ConfigJson config, boolean tied) throws ModelRejectedException {
        ConfigJson text = config.object("text_config").orElseThrow(() -> config.refuse("text_config", "is missing"));
        String type = text.string("model_type").orElse("llama");
        DecoderFamily family = DECODERS.get(type);
        if (family == null) {
            throw text.refuse(
                    "model_type",
                    "is not supported below pictures; supported are "
                            + DECODERS.keySet().stream().sorted().collect(Collectors.joining(", ")));
        }
        return DecoderConfig.read(text.withDefaults(LlamaDefaults.NUMBERS), family)
                .seeing(architecture, tied);
    }

    /** The name of a decoder's tensor as a decoder alone has it; empty for a tensor of something else. */
    Optional<String> ofText(String name) {
        if (name.equals("lm_head.weight") || name.equals("language_model.lm_head.weight")) {
            return Optional.of("lm_head.weight");
        }
        return textPrefixes.stream()
                .filter(name::startsWith)
                .findFirst()
                .map(prefix -> "model." + name.substring(prefix.length()));
    }

    /** The name of a tensor of what sees, in the first spelling; empty for the decoder's. */
    Optional<String> ofPictures(String name) {
        if (ofText(name).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(this == LLAVA ? LlavaReader.spelled(name) : name);
    }

    /** How pictures are made ready where the folder doesn't say. */
    PictureReader.Kind recipe(ConfigJson config) throws ModelRejectedException {
        if (this != LLAVA) {
            return PictureReader.Kind.IDEFICS;
        }
        Optional<ConfigJson> vision = config.object("vision_config");
        String type = vision.isEmpty() ? "" : vision.get().string("model_type").orElse("");
        return type.equals("siglip_vision_model") ? PictureReader.Kind.SIGLIP : PictureReader.Kind.CLIP;
    }

    private static VisionDesign squares(ConfigJson config, PictureRecipe recipe, int width)
            throws ModelRejectedException {
        ConfigJson vision =
                config.object("vision_config").orElseThrow(() -> config.refuse("vision_config", "is missing"));
        int scale = config.optionalNumber("scale_factor", 1, 16).orElse(2);
        VisionReadout readout =
                new VisionReadout.PixelShuffle("model.connector.modality_projection.proj", scale, width);
        VisionConfig encoder =
                new VisionReader(vision, VisionReader.IDEFICS).read("model.vision_model.", false, readout);
        if (encoder.side() % scale != 0) {
            throw config.refuse("scale_factor", "must divide the " + encoder.side() + " patches of a side");
        }
        if (!(recipe.shape() instanceof PictureRecipe.Squares squares) || squares.square() != encoder.imageSize()) {
            throw new ModelRejectedException(PictureReader.FILE + ": max_image_size must be the image_size of "
                    + "vision_config, " + encoder.imageSize());
        }
        int token = config.optionalNumber("image_token_id", 0, DecoderConfig.LARGEST_VOCABULARY - 1)
                .orElse(128_257);
        return new VisionDesign(encoder, recipe, PLACEHOLDER, token, true);
    }

    static Activation activation(ConfigJson config, String field, String otherwise) throws ModelRejectedException {
        String name = config.string(field).orElse(otherwise);
        return switch (name) {
            case "gelu" -> Activation.GELU;
            case "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "quick_gelu" -> Activation.QUICK_GELU;
            default -> throw config.refuse(field, "must be gelu, gelu_pytorch_tanh or quick_gelu");
        };
    }
}
