// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;

/** Reads the configuration of an encoder of pictures. */
final class VisionReader {

    /**
     * What holds where the configuration is silent.
     *
     * @param epsilon added to the variance in norms
     */
    record Defaults(
            int hidden, int inner, int layers, int heads, int image, int patch, String activation, double epsilon) {}

    static final Defaults IDEFICS = new Defaults(1152, 3072, 12, 16, 224, 32, "gelu_pytorch_tanh", 1e-6);
    static final Defaults SIGLIP = new Defaults(768, 3072, 12, 12, 224, 16, "gelu_pytorch_tanh", 1e-6);
    static final Defaults CLIP = new Defaults(768, 3072, 12, 12, 224, 32, "quick_gelu", 1e-5);

    private static final int LARGEST_IMAGE = 2048;
    private static final int MOST_POSITIONS = 1 << 14;

    private final ConfigJson config;
    private final Defaults defaults;

    VisionReader(ConfigJson config, Defaults defaults) {
        this.config = config;
        this.defaults = defaults;
    }

    /** @param prefix of the tensors */
    VisionConfig read(String prefix, boolean clip, VisionReadout readout) throws ModelRejectedException {
        return read(prefix, clip, readout, 0);
    }

    /** @param unread blocks at the end that are not run */
    VisionConfig read(String prefix, boolean clip, VisionReadout readout, int unread) throws ModelRejectedException {
        int hidden = number("hidden_size", 1 << 14, defaults.hidden());
        int heads = number("num_attention_heads", 256, defaults.heads());
        int image = number("image_size", LARGEST_IMAGE, defaults.image());
        int patch = number("patch_size", LARGEST_IMAGE, defaults.patch());
        int layers = number("num_hidden_layers", 512, defaults.layers());
        if (hidden % heads != 0) {
            throw config.refuse("num_attention_heads", "must divide hidden_size, " + hidden);
        }
        if (patch > image || (image / patch) * (image / patch) > MOST_POSITIONS) {
            throw config.refuse(
                    "patch_size", "must give 1 to " + MOST_POSITIONS + " patches of the image_size, " + image);
        }
        if (config.optionalNumber("num_channels", 1, 16).orElse(3) != 3) {
            throw config.refuse("num_channels", "must be 3");
        }
        if (unread >= layers) {
            throw config.refuse("num_hidden_layers", "must be more than " + unread);
        }
        return new VisionConfig(
                prefix,
                hidden,
                layers - unread,
                heads,
                number("intermediate_size", 1 << 17, defaults.inner()),
                image,
                patch,
                VisionFamily.activation(config, "hidden_act", defaults.activation()),
                config.real("layer_norm_eps", 0, 0.1).orElse(defaults.epsilon()),
                clip,
                readout);
    }

    private int number(String field, int most, int otherwise) throws ModelRejectedException {
        return config.optionalNumber(field, 1, most).orElse(otherwise);
    }
}
