// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderDesign.Biases;
import dev.rivulet.modelpackage.folder.DecoderDesign.LayerAttention;
import dev.rivulet.modelpackage.folder.DecoderDesign.Scales;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** The settings that families share, read once in the words of {@code config.json}, older and newer ones. */
record DesignReader(ConfigJson json, int hiddenSize, int layers, int headSize) {

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final int LARGEST_WINDOW = 1 << 30;

    void activation(String field, String only) throws ModelRejectedException {
        if (!json.string(field).orElse(only).equals(only)) {
            throw json.refuse(field, "must be " + only + "; other activations are not supported for this family");
        }
    }

    /** Biases by the flags of these names; a flag that is set but has no name here is refused. */
    Biases biases(String queryKeyValue, String attentionOutput, String feedForward) throws ModelRejectedException {
        for (String flag : List.of("attention_bias", "mlp_bias", "qkv_bias", "use_bias")) {
            boolean known = flag.equals(queryKeyValue) || flag.equals(attentionOutput) || flag.equals(feedForward);
            if (!known && json.flag(flag, false)) {
                throw json.refuse(flag, "is true; such biases are not supported for this family");
            }
        }
        return new Biases(isSet(queryKeyValue), isSet(attentionOutput), isSet(feedForward));
    }

    private boolean isSet(String flag) throws ModelRejectedException {
        return !flag.isEmpty() && json.flag(flag, false);
    }

    void refuseIfSet(String flag) throws ModelRejectedException {
        if (json.flag(flag, false)) {
            throw json.refuse(flag, "is true, which is not supported");
        }
    }

    Scales plainScales() {
        return new Scales(1, 1 / Math.sqrt(headSize), 0, 0);
    }

    /** Embeddings times the root of the width, a scale of attention of its own, soft caps. */
    Scales gemmaScales(double attentionCap, double logitCap) throws ModelRejectedException {
        double attention = json.real("query_pre_attn_scalar", 1e-3, 1e6).orElse(256);
        return new Scales(
                Math.sqrt(hiddenSize),
                1 / Math.sqrt(attention),
                cap("attn_logit_softcapping", attentionCap),
                cap("final_logit_softcapping", logitCap));
    }

    private double cap(String field, double otherwise) throws ModelRejectedException {
        return json.has(field) ? json.real(field, 1e-3, 1e6).orElse(0) : otherwise;
    }

    /** The sliding window. @param otherwise what holds if the field is absent; 0, and null in the file, mean none */
    OptionalInt window(int otherwise) throws ModelRejectedException {
        if (json.has("sliding_window")) {
            return json.optionalNumber("sliding_window", 1, LARGEST_WINDOW);
        }
        return otherwise == 0 ? OptionalInt.empty() : OptionalInt.of(otherwise);
    }

    /** How many layers make up a round, under this name or the one with an underscore before it. */
    int pattern(String field, int otherwise) throws ModelRejectedException {
        return json.optionalNumber(field, 1, 1024)
                .orElse(json.optionalNumber("_" + field, 1, 1024).orElse(otherwise));
    }

    Rope rope(double theta) throws ModelRejectedException {
        return new RopeReader(json, headSize, FULL).read(theta, false);
    }

    /** Rotary positions over the part of a head that {@code partial_rotary_factor} says. */
    Rope partialRope(double theta) throws ModelRejectedException {
        return new RopeReader(json, headSize, FULL).read(theta, true);
    }

    /** Those of the layers with a window, where they have their own. */
    Rope localRope(double theta) throws ModelRejectedException {
        return new RopeReader(json, headSize, SLIDING).readLocal(theta);
    }

    /** Every layer sees everything; a window is refused. */
    List<LayerAttention> everywhere(Rope rope) throws ModelRejectedException {
        int positions = json.number("max_position_embeddings", 1, DecoderConfig.LARGEST_CONTEXT);
        if (window(0).orElse(positions) < positions && !json.has("use_sliding_window")) {
            throw json.refuse(
                    "sliding_window",
                    "is below max_position_embeddings; windowed attention is not supported for this family");
        }
        refuseIfSet("use_sliding_window");
        return attention(layer -> false, OptionalInt.empty(), rope, layer -> true);
    }

    /** Every layer sees the window. */
    List<LayerAttention> windowed(OptionalInt window, Rope rope) throws ModelRejectedException {
        if (json.has("layer_types")
                && !types().stream().allMatch(window.isPresent() ? SLIDING::equals : FULL::equals)) {
            throw json.refuse("layer_types", "differ from sliding_window, which holds for every layer of this family");
        }
        return attention(layer -> window.isPresent(), window, rope, layer -> true);
    }

    /** Layers from a number on see the window, if {@code use_sliding_window} says so. */
    List<LayerAttention> windowedFrom(String field, int otherwise, Rope rope) throws ModelRejectedException {
        OptionalInt window = json.flag("use_sliding_window", false) ? window(4096) : OptionalInt.empty();
        int first = json.optionalNumber(field, 0, 1024).orElse(otherwise);
        return attention(layer -> window.isPresent() && layer >= first, window, rope, layer -> true);
    }

    /** Of each round of layers the last sees everything, the others the window. */
    List<LayerAttention> fullEvery(int round, OptionalInt window, Rope local, Rope full) throws ModelRejectedException {
        List<LayerAttention> made = new ArrayList<>();
        IntPredicate sliding = sliding(layer -> (layer + 1) % round != 0, window);
        for (int layer = 0; layer < layers; layer++) {
            boolean narrow = sliding.test(layer);
            made.add(new LayerAttention(narrow ? window : OptionalInt.empty(), Optional.of(narrow ? local : full)));
        }
        return made;
    }

    /** Layers that know no positions, by a list or by an interval; the window, if any, holds for those alone. */
    List<LayerAttention> withoutPositionsEvery(int otherwise, Rope rope) throws ModelRejectedException {
        int interval = json.optionalNumber("no_rope_layer_interval", 1, 1024).orElse(otherwise);
        List<Integer> listed = json.numbers("no_rope_layers", 0, 1, 1024);
        if (!listed.isEmpty() && listed.size() != layers) {
            throw json.refuse("no_rope_layers", "must have one entry per layer, " + layers);
        }
        IntPredicate turned = layer -> listed.isEmpty() ? (layer + 1) % interval != 0 : listed.get(layer) == 1;
        OptionalInt window = json.flag("use_sliding_window", false) ? window(0) : OptionalInt.empty();
        return attention(layer -> window.isPresent() && !turned.test(layer), window, rope, turned);
    }

    private List<LayerAttention> attention(IntPredicate byRule, OptionalInt window, Rope rope, IntPredicate turned)
            throws ModelRejectedException {
        IntPredicate sliding = sliding(byRule, window);
        List<LayerAttention> made = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            made.add(new LayerAttention(
                    sliding.test(layer) ? window : OptionalInt.empty(),
                    turned.test(layer) ? Optional.of(rope) : Optional.empty()));
        }
        return made;
    }

    /** Which layers have a window: by {@code layer_types}, else by the family's rule. */
    private IntPredicate sliding(IntPredicate byRule, OptionalInt window) throws ModelRejectedException {
        List<String> types = json.has("layer_types") ? types() : Collections.emptyList();
        if (types.contains(SLIDING) && window.isEmpty()) {
            throw json.refuse("layer_types", "names " + SLIDING + " but no sliding_window holds");
        }
        return types.isEmpty()
                ? byRule.and(layer -> window.isPresent())
                : layer -> types.get(layer).equals(SLIDING);
    }

    private List<String> types() throws ModelRejectedException {
        List<String> types = json.strings("layer_types");
        if (types.size() != layers || !List.of(FULL, SLIDING).containsAll(types)) {
            throw json.refuse(
                    "layer_types", "must be " + FULL + " or " + SLIDING + " for each of " + layers + " layers");
        }
        return types;
    }
}
