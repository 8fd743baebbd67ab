// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.JsonCursor.invalid;

import dev.rivulet.engine.sampling.Penalties;
import dev.rivulet.engine.sampling.Sampling;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;

/** The fields of a request that say how tokens are picked. What isn't given is the model's default. */
final class SamplingFields {

    private static final int LONGEST_ID = 10;

    private @Nullable Double temperature;
    private @Nullable Double topP;
    private @Nullable Long topK;
    private @Nullable Double minP;
    private @Nullable Double repetition;
    private @Nullable Double presence;
    private @Nullable Double frequency;
    private Map<Integer, Double> bias = Map.of();

    /** Takes a field; false if it is none of these. */
    boolean field(JsonCursor cursor, String name, String path) {
        switch (name) {
            case "temperature" -> temperature = cursor.number(path, "0 to 2", t -> t >= 0 && t <= 2);
            case "top_p" -> topP = cursor.number(path, "above 0 and at most 1", p -> p > 0 && p <= 1);
            case "top_k" -> topK = cursor.integer(path, -1, Integer.MAX_VALUE);
            case "min_p" -> minP = cursor.number(path, "0 to 1", p -> p >= 0 && p <= 1);
            case "repetition_penalty" ->
                repetition = cursor.number(path, "above 0 and at most 2", p -> p > 0 && p <= 2);
            case "presence_penalty" -> presence = penalty(cursor, path);
            case "frequency_penalty" -> frequency = penalty(cursor, path);
            case "logit_bias" -> bias = bias(cursor, path);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Double penalty(JsonCursor cursor, String path) {
        DoublePredicate valid = p -> p >= -2 && p <= 2;
        return cursor.number(path, "-2 to 2", valid);
    }

    private static Map<Integer, Double> bias(JsonCursor cursor, String path) {
        Map<Integer, Double> bias = new LinkedHashMap<>();
        if (cursor.atNull()) {
            return bias;
        }
        cursor.object(path, (name, inner) -> {
            if (bias.size() == Sampling.MAX_BIAS) {
                throw invalid(path, "may have " + Sampling.MAX_BIAS + " entries at most");
            }
            Double value = cursor.number(inner, "-100 to 100", v -> v >= -100 && v <= 100);
            if (value != null) {
                bias.put(token(name, path), value);
            }
        });
        return bias;
    }

    private static int token(String name, String path) {
        boolean number = !name.isEmpty()
                && name.length() <= LONGEST_ID
                && name.chars().allMatch(c -> c >= '0' && c <= '9')
                && Long.parseLong(name) <= Integer.MAX_VALUE;
        if (!number) {
            throw invalid(path, "must have token ids as its keys");
        }
        return Integer.parseInt(name);
    }

    /**
     * The sampling for a model.
     *
     * @param vocabulary number of its tokens
     */
    Sampling over(Sampling defaults, int vocabulary) {
        for (int token : bias.keySet()) {
            if (token >= vocabulary) {
                throw invalid("logit_bias", "names token " + token + "; the model has tokens 0 to " + (vocabulary - 1));
            }
        }
        Penalties penalties = defaults.penalties();
        return new Sampling(
                or(temperature, defaults.temperature()),
                or(topP, defaults.topP()),
                topK != null ? Math.toIntExact(Math.max(0, topK)) : defaults.topK(),
                or(minP, defaults.minP()),
                new Penalties(
                        or(repetition, penalties.repetition()),
                        or(presence, penalties.presence()),
                        or(frequency, penalties.frequency())),
                bias.isEmpty() ? defaults.bias() : bias);
    }

    private static double or(@Nullable Double given, double otherwise) {
        return given != null ? given : otherwise;
    }
}
