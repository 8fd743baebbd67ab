// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one object of a request by their types. What is absent or {@code null} is not given; everything of another type is
 * refused by its name.
 *
 * @param given the object
 * @param at where it lies, such as {@code text.format}; empty for the body
 */
record Fields(JsonNode given, String at) {

    String path(String name) {
        return at.isEmpty() ? name : at + "." + name;
    }

    /** The value, if there is one. */
    Optional<JsonNode> value(String name) {
        JsonNode value = given.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    boolean flag(String name, boolean usual) {
        return value(name)
                .map(value -> {
                    require(value.isBoolean(), name, "must be true or false.");
                    return value.booleanValue();
                })
                .orElse(usual);
    }

    @Nullable Long integer(String name, long least, long most) {
        return value(name)
                .map(value -> {
                    require(
                            value.isIntegralNumber()
                                    && value.canConvertToLong()
                                    && value.longValue() >= least
                                    && value.longValue() <= most,
                            name,
                            "must be a whole number from " + least + " to " + most + ".");
                    return value.longValue();
                })
                .orElse(null);
    }

    Optional<JsonNode> number(String name, double least, double most) {
        Optional<JsonNode> value = value(name);
        value.ifPresent(one -> require(
                one.isNumber() && one.doubleValue() >= least && one.doubleValue() <= most,
                name,
                "must be a number from " + least + " to " + most + "."));
        return value;
    }

    @Nullable String text(String name) {
        return value(name)
                .map(value -> {
                    require(value.isString(), name, "must be a string.");
                    return value.stringValue();
                })
                .orElse(null);
    }

    /** A string that must be there, of 1 to so many characters. */
    String text(String name, int longest) {
        @Nullable String text = text(name);
        if (text == null) {
            throw Refusal.missing(path(name));
        }
        require(!text.isBlank() && text.length() <= longest, name, "must have 1 to " + longest + " characters.");
        return text;
    }

    Optional<JsonNode> list(String name, int most) {
        Optional<JsonNode> value = value(name);
        value.ifPresent(one ->
                require(one.isArray() && one.size() <= most, name, "must be a list of at most " + most + " entries."));
        return value;
    }

    /** An object of this object. */
    Optional<Fields> object(String name) {
        Optional<JsonNode> value = value(name);
        value.ifPresent(one -> require(one.isObject(), name, "must be an object."));
        return value.map(one -> new Fields(one, path(name)));
    }

    void require(boolean good, String name, String rule) {
        if (!good) {
            throw Refusal.invalid(path(name), rule);
        }
    }
}
