// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.RopeScaling.Linear;
import dev.rivulet.modelpackage.folder.RopeScaling.Llama3;
import dev.rivulet.modelpackage.folder.RopeScaling.LongRope;
import dev.rivulet.modelpackage.folder.RopeScaling.None;
import dev.rivulet.modelpackage.folder.RopeScaling.Yarn;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads rotary positions in the three spellings of {@code config.json}: {@code rope_theta} with {@code rope_scaling}
 * (transformers 4), {@code rope_parameters} (5), and {@code rope_parameters} with one object for each type of layer.
 *
 * @param layerType which of those objects
 */
record RopeReader(ConfigJson json, int headSize, String layerType) {

    private static final double LEAST_THETA = 1;
    private static final double MOST_THETA = 1e12;
    private static final double MOST_FACTOR = 1e6;
    private static final Set<String> KNOWN = Set.of(
            "type",
            "rope_type",
            "rope_theta",
            "partial_rotary_factor",
            "factor",
            "low_freq_factor",
            "high_freq_factor",
            "original_max_position_embeddings",
            "short_factor",
            "long_factor",
            "attention_factor",
            "beta_fast",
            "beta_slow",
            "truncate");

    /**
     * @param theta base where the file names none
     * @param partial whether a part of the head may be turned
     */
    Rope read(double theta, boolean partial) throws ModelRejectedException {
        Optional<ConfigJson> parameters = parameters();
        double base = json.real("rope_theta", LEAST_THETA, MOST_THETA).orElse(theta);
        double share = json.real("partial_rotary_factor", 0, 1).orElse(1);
        if (parameters.isPresent()) {
            base = parameters.get().real("rope_theta", LEAST_THETA, MOST_THETA).orElse(base);
            share = parameters.get().real("partial_rotary_factor", 0, 1).orElse(share);
        }
        if (share != 1 && !partial) {
            throw json.refuse(
                    "partial_rotary_factor",
                    "is " + share + "; partial rotary positions are not supported for this family");
        }
        int dimensions = (int) (headSize * share);
        if (dimensions < 2 || dimensions % 2 != 0) {
            throw json.refuse("partial_rotary_factor", "turns " + dimensions + " values of a head; it must be even");
        }
        return new Rope(
                base, dimensions, parameters.isPresent() ? scaling(parameters.get(), base, dimensions) : new None());
    }

    /** Those of layers with a window, which {@code rope_scaling} leaves alone. */
    Rope readLocal(double theta) throws ModelRejectedException {
        if (json.object("rope_parameters").isPresent()) {
            return read(theta, false);
        }
        double base = json.real("rope_local_base_freq", LEAST_THETA, MOST_THETA).orElse(theta);
        return new Rope(base, headSize, new None());
    }

    private Optional<ConfigJson> parameters() throws ModelRejectedException {
        Optional<ConfigJson> newer = json.object("rope_parameters");
        Optional<ConfigJson> older = json.object("rope_scaling");
        if (newer.isPresent() && older.isPresent()) {
            throw json.refuse("rope_parameters", "and rope_scaling are both set; keep the one that holds");
        }
        if (newer.isPresent() && newer.get().has(layerType)) {
            return newer.get().object(layerType);
        }
        return newer.isPresent() ? newer : older;
    }

    private RopeScaling scaling(ConfigJson parameters, double theta, int dimensions) throws ModelRejectedException {
        for (String field : parameters.fields()) {
            if (!KNOWN.contains(field)) {
                throw parameters.refuse(shown(field), "is a setting of rotary positions that is not supported");
            }
        }
        String type =
                parameters.string("rope_type").orElse(parameters.string("type").orElse("default"));
        return switch (type) {
            case "default" -> new None();
            case "linear" -> new Linear(required(parameters, "factor"));
            case "llama3" -> llama3(parameters);
            case "yarn" -> yarn(parameters, theta, dimensions);
            case "longrope", "su" -> longRope(parameters, dimensions / 2);
            default ->
                throw parameters.refuse(
                        "rope_type",
                        "is " + shown(type)
                                + "; scaled rotary positions are supported as default, linear, llama3, yarn and longrope");
        };
    }

    private Llama3 llama3(ConfigJson parameters) throws ModelRejectedException {
        double low = required(parameters, "low_freq_factor");
        double high = required(parameters, "high_freq_factor");
        if (high <= low) {
            throw parameters.refuse("high_freq_factor", "must be larger than low_freq_factor");
        }
        return new Llama3(required(parameters, "factor"), low, high, originalContext(parameters));
    }

    /** Frequencies that turn {@code beta_fast} times within the original context stay, {@code beta_slow} times are divided. */
    private Yarn yarn(ConfigJson parameters, double theta, int dimensions) throws ModelRejectedException {
        double factor = required(parameters, "factor");
        double original = originalContext(parameters);
        double fast = parameters.real("beta_fast", 1e-3, MOST_FACTOR).orElse(32);
        double slow = parameters.real("beta_slow", 1e-3, MOST_FACTOR).orElse(1);
        if (fast <= slow || theta <= 1) {
            throw parameters.refuse("beta_fast", "must be larger than beta_slow, and rope_theta above 1");
        }
        double first = dimensions * Math.log(original / (fast * 2 * Math.PI)) / (2 * Math.log(theta));
        double last = dimensions * Math.log(original / (slow * 2 * Math.PI)) / (2 * Math.log(theta));
        boolean whole = parameters.flag("truncate", true);
        double low = Math.max(0, whole ? Math.floor(first) : first);
        double high = Math.min(dimensions - 1.0, whole ? Math.ceil(last) : last);
        double byFactor = factor <= 1 ? 1 : 0.1 * Math.log(factor) + 1;
        double amplitude = parameters.real("attention_factor", 1e-3, 1e3).orElse(byFactor);
        return new Yarn(factor, low, high == low ? low + 0.001 : high, amplitude);
    }

    private LongRope longRope(ConfigJson parameters, int frequencies) throws ModelRejectedException {
        int original = originalContext(parameters);
        double byLengths = (double) json.number("max_position_embeddings", 1, DecoderConfig.LARGEST_CONTEXT) / original;
        double factor = parameters.real("factor", 1e-6, MOST_FACTOR).orElse(byLengths);
        double byFactor = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new LongRope(
                factors(parameters, "short_factor", frequencies),
                factors(parameters, "long_factor", frequencies),
                original,
                parameters.real("attention_factor", 1e-3, 1e3).orElse(byFactor));
    }

    private static List<Double> factors(ConfigJson parameters, String field, int count) throws ModelRejectedException {
        List<Double> factors = parameters.reals(field, 1e-6, MOST_FACTOR, 1024);
        if (factors.size() != count) {
            throw parameters.refuse(field, "must have " + count + " numbers, one per rotary frequency");
        }
        return factors;
    }

    private int originalContext(ConfigJson parameters) throws ModelRejectedException {
        String field = "original_max_position_embeddings";
        return parameters
                .optionalNumber(field, 2, DecoderConfig.LARGEST_CONTEXT)
                .orElse(json.optionalNumber(field, 2, DecoderConfig.LARGEST_CONTEXT)
                        .orElse(json.number("max_position_embeddings", 1, DecoderConfig.LARGEST_CONTEXT)));
    }

    private static double required(ConfigJson parameters, String field) throws ModelRejectedException {
        return parameters.real(field, 1e-6, MOST_FACTOR).orElseThrow(() -> parameters.refuse(field, "is missing"));
    }

    private static String shown(String text) {
        return text.substring(0, Math.min(60, text.length())).replaceAll("\\p{C}", "?");
    }
}
