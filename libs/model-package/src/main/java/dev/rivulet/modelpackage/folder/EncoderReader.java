// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;
import dev.rivulet.modelpackage.folder.EncoderDesign.Layer;
import dev.rivulet.modelpackage.folder.Readout.Pooling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of encoders, in the words of {@code config.json}, older and newer ones. */
record EncoderReader(ConfigJson json, EncoderFamily family) {

    private static final int MOST_LABELS = 10_000;
    private static final int LONGEST_LABEL = 256;
    private static final int LARGEST_POSITIONS = 1 << 20;
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    void only(String field, String accepted) throws ModelRejectedException {
        if (!json.string(field).orElse(accepted).equals(accepted)) {
            throw json.refuse(field, "must be " + accepted + "; nothing else is supported");
        }
    }

    void refuseIfSet(String... flags) throws ModelRejectedException {
        for (String flag : flags) {
            if (json.flag(flag, false)) {
                throw json.refuse(flag, "is true, which is not supported for this family");
            }
        }
    }

    boolean flag(String field) throws ModelRejectedException {
        return json.flag(field, false);
    }

    int number(String field, int least, int most, int otherwise) throws ModelRejectedException {
        return json.optionalNumber(field, least, most).orElse(otherwise);
    }

    Activation activation(String field) throws ModelRejectedException {
        String named = json.string(field).orElse("gelu");
        return switch (named) {
            case "gelu" -> Activation.GELU;
            case "gelu_new", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default ->
                throw json.refuse(field, "must be gelu, gelu_new, gelu_pytorch_tanh or relu; others are not supported");
        };
    }

    int layers() throws ModelRejectedException {
        return json.number(family.fields.layers(), 1, 1024);
    }

    int heads() throws ModelRejectedException {
        return json.number(family.fields.heads(), 1, 1024);
    }

    int hiddenSize() throws ModelRejectedException {
        int hidden = json.number(family.fields.hidden(), 1, 1 << 16);
        if (hidden % heads() != 0) {
            throw json.refuse(family.fields.hidden(), "must be a multiple of the number of heads, " + heads());
        }
        return hidden;
    }

    int positions() throws ModelRejectedException {
        return number("max_position_embeddings", 1, LARGEST_POSITIONS, family.defaults.positions());
    }

    double epsilon() throws ModelRejectedException {
        String field = family.defaults.epsilonField();
        return field.isEmpty()
                ? family.defaults.epsilon()
                : json.real(field, 0, 0.1).orElse(family.defaults.epsilon());
    }

    /** Names of labels by their number: {@code id2label}, else {@code LABEL_0} and so on. */
    List<String> labels() throws ModelRejectedException {
        Optional<ConfigJson> named = json.object("id2label");
        int listed = named.map(names -> names.fields().size()).orElse(0);
        int count = number("num_labels", 1, MOST_LABELS, listed == 0 ? 2 : listed);
        if (count > MOST_LABELS || listed > MOST_LABELS || listed != 0 && listed != count) {
            throw json.refuse("id2label", "must name 1 to " + MOST_LABELS + " labels, as many as num_labels says");
        }
        List<String> labels = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            String fallback = "LABEL_" + id;
            String label = named.isEmpty()
                    ? fallback
                    : named.get().string(Integer.toString(id)).orElse(fallback);
            if (label.length() > LONGEST_LABEL) {
                throw json.refuse("id2label", "has a label of more than " + LONGEST_LABEL + " characters");
            }
            labels.add(label);
        }
        return labels;
    }

    boolean independent() throws ModelRejectedException {
        return json.string("problem_type").orElse("").equals("multi_label_classification");
    }

    Pooling classifierPooling() throws ModelRejectedException {
        return switch (json.string("classifier_pooling").orElse("cls")) {
            case "cls" -> Pooling.FIRST;
            case "mean" -> Pooling.MEAN;
            default -> throw json.refuse("classifier_pooling", "must be cls or mean");
        };
    }

    /** One block of a round sees everything, the others a window; each kind has a rotary base of its own. */
    List<Layer> alternating() throws ModelRejectedException {
        int layers = layers();
        int round = number("global_attn_every_n_layers", 1, 1024, 3);
        int window = number("local_attention", 2, LARGEST_POSITIONS, 128);
        List<String> types = json.has("layer_types") ? json.strings("layer_types") : List.of();
        if (!types.isEmpty()
                && (types.size() != layers || !List.of(FULL, SLIDING).containsAll(types))) {
            throw json.refuse("layer_types", "must be " + FULL + " or " + SLIDING + " for each of the layers");
        }
        Layer full = new Layer(OptionalInt.empty(), Optional.of(rope(FULL, "global_rope_theta", 160_000)));
        Layer narrow = new Layer(OptionalInt.of(window / 2), Optional.of(rope(SLIDING, "local_rope_theta", 10_000)));
        List<Layer> made = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            boolean all =
                    types.isEmpty() ? layer % round == 0 : types.get(layer).equals(FULL);
            made.add(all ? full : narrow);
        }
        return made;
    }

    private Rope rope(String kind, String olderField, double otherwise) throws ModelRejectedException {
        Optional<ConfigJson> all = json.object("rope_parameters");
        Optional<ConfigJson> own = all.isEmpty() ? Optional.empty() : all.get().object(kind);
        double theta = json.real(olderField, 1, 1e12).orElse(otherwise);
        if (own.isPresent()) {
            String type = own.get().string("rope_type").orElse("default");
            if (!type.equals("default")) {
                throw own.get().refuse("rope_type", "must be default; scaled positions of encoders are not supported");
            }
            theta = own.get().real("rope_theta", 1, 1e12).orElse(theta);
        }
        int headSize = hiddenSize() / heads();
        if (headSize % 8 != 0) {
            throw json.refuse("hidden_size", "gives heads of " + headSize + " values; multiples of 8 are supported");
        }
        return new Rope(theta, headSize, new RopeScaling.None());
    }
}
