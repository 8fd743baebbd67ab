// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;

/** Reads how LLaVA sees: which layer of which encoder, and whether its class token counts. */
final class LlavaReader {

    private static final String TOWER = "vision_tower.";
    private static final String PROJECTOR = "multi_modal_projector.";
    private static final String ABOVE = "model.";
    private static final String WITHIN = "vision_model.";

    private LlavaReader() {}

    /** The name of a tensor without the levels that only some versions write. */
    static String spelled(String name) {
        String below = name.startsWith(ABOVE) ? name.substring(ABOVE.length()) : name;
        return below.startsWith(TOWER + WITHIN) ? TOWER + below.substring((TOWER + WITHIN).length()) : below;
    }

    static VisionDesign design(ConfigJson config, PictureRecipe recipe, int width) throws ModelRejectedException {
        ConfigJson vision =
                config.object("vision_config").orElseThrow(() -> config.refuse("vision_config", "is missing"));
        String type = vision.string("model_type").orElse("clip_vision_model");
        boolean clip = type.equals("clip_vision_model");
        if (!clip && !type.equals("siglip_vision_model")) {
            throw vision.refuse("model_type", "must be clip_vision_model or siglip_vision_model");
        }
        String strategy = config.string("vision_feature_select_strategy").orElse("default");
        if (!strategy.equals("default") && !strategy.equals("full")) {
            throw config.refuse("vision_feature_select_strategy", "must be default or full");
        }
        VisionReadout readout = new VisionReadout.Projector(
                PROJECTOR,
                VisionFamily.activation(config, "projector_hidden_act", "gelu"),
                config.flag("multimodal_projector_bias", true),
                strategy.equals("default"),
                width);
        VisionConfig encoder = new VisionReader(vision, clip ? VisionReader.CLIP : VisionReader.SIGLIP)
                .read(TOWER, clip, readout, unread(config));
        if (recipe.square() != encoder.imageSize()) {
            throw new ModelRejectedException(
                    PictureReader.FILE + ": pictures must get the image_size of vision_config, " + encoder.imageSize());
        }
        int last = DecoderConfig.LARGEST_VOCABULARY - 1;
        int token = config.optionalNumber("image_token_index", 0, last)
                .orElse(config.optionalNumber("image_token_id", 0, last).orElse(32_000));
        return new VisionDesign(encoder, recipe, VisionFamily.PLACEHOLDER, token, false);
    }

    /** The layer is counted from the end: -1 is the output of the last block, -2 that of the one before it. */
    private static int unread(ConfigJson config) throws ModelRejectedException {
        int layer = config.optionalNumber("vision_feature_layer", -512, -1).orElse(-2);
        return -1 - layer;
    }
}
