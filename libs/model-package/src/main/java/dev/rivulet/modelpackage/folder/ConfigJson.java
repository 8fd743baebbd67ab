// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a JSON object in a model folder. Faults name the file and the field. */
final class ConfigJson {

    private static final int LONGEST_STRING = 4 << 20;
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(LONGEST_STRING)
                            .maxNumberLength(40)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final String file;
    private final JsonNode node;

    private ConfigJson(String file, JsonNode node) {
        this.file = file;
        this.node = node;
    }

    static ConfigJson parse(String file, byte[] json) throws ModelRejectedException {
        try {
            JsonNode node = JSON.readTree(json);
            if (!node.isObject()) {
                throw new ModelRejectedException(file + ": must be a JSON object");
            }
            return new ConfigJson(file, node);
        } catch (JacksonException e) {
            throw new ModelRejectedException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The objects of a file that is a list. */
    static List<ConfigJson> parseList(String file, byte[] json, int longest) throws ModelRejectedException {
        try {
            JsonNode list = JSON.readTree(json);
            List<ConfigJson> objects = new ArrayList<>();
            for (JsonNode entry : list) {
                objects.add(new ConfigJson(file, entry));
            }
            if (!list.isArray() || list.size() > longest || !objects.stream().allMatch(one -> one.node.isObject())) {
                throw new ModelRejectedException(file + ": must be a list of at most " + longest + " JSON objects");
            }
            return objects;
        } catch (JacksonException e) {
            throw new ModelRejectedException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The object of a field; nothing if the field is absent or null. */
    Optional<ConfigJson> object(String field) throws ModelRejectedException {
        JsonNode value = value(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw refuse(field, "must be an object");
        }
        return Optional.of(new ConfigJson(file + ": " + field, value));
    }

    boolean isObject(String field) {
        JsonNode value = value(field);
        return value != null && value.isObject();
    }

    /** The same with numbers for fields that are absent. */
    ConfigJson withDefaults(Map<String, Integer> numbers) {
        ObjectNode filled = (ObjectNode) node.deepCopy();
        numbers.forEach((field, number) -> {
            if (value(field) == null) {
                filled.put(field, number);
            }
        });
        return new ConfigJson(file, filled);
    }

    Set<String> fields() {
        return new LinkedHashSet<>(node.propertyNames());
    }

    Optional<String> string(String field) throws ModelRejectedException {
        JsonNode value = value(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw refuse(field, "must be a string");
        }
        return Optional.of(value.stringValue());
    }

    List<String> strings(String field) throws ModelRejectedException {
        JsonNode value = value(field);
        List<String> strings = new ArrayList<>();
        if (value == null) {
            return strings;
        }
        for (JsonNode entry : value) {
            if (entry.isString()) {
                strings.add(entry.stringValue());
            }
        }
        if (!value.isArray() || strings.size() != value.size()) {
            throw refuse(field, "must be a list of strings");
        }
        return strings;
    }

    /** The objects of a list; nothing if the field is absent, null or no list. */
    List<ConfigJson> objects(String field) throws ModelRejectedException {
        JsonNode value = value(field);
        List<ConfigJson> objects = new ArrayList<>();
        if (value == null || !value.isArray()) {
            return objects;
        }
        for (JsonNode entry : value) {
            if (!entry.isObject()) {
                throw refuse(field, "must be a list of objects");
            }
            objects.add(new ConfigJson(file + ": " + field, entry));
        }
        return objects;
    }

    /** The whole numbers of a list; nothing if the field is absent or null. */
    List<Integer> numbers(String field, int least, int most, int longest) throws ModelRejectedException {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode entry : list(field, longest)) {
            numbers.add(number(field, entry, least, most));
        }
        return numbers;
    }

    /** The numbers of a list; nothing if the field is absent or null. */
    List<Double> reals(String field, double least, double most, int longest) throws ModelRejectedException {
        List<Double> reals = new ArrayList<>();
        for (JsonNode entry : list(field, longest)) {
            reals.add(real(field, entry, least, most));
        }
        return reals;
    }

    private List<JsonNode> list(String field, int longest) throws ModelRejectedException {
        JsonNode value = value(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > longest) {
            throw refuse(field, "must be a list of at most " + longest + " numbers");
        }
        return new ArrayList<>(value.values());
    }

    /** Whether the field holds anything: null, an empty list and an empty object don't. */
    boolean filled(String field) {
        JsonNode value = value(field);
        return value != null && !(value.isContainer() && value.isEmpty());
    }

    /** Whether the field is there, be it null. */
    boolean has(String field) {
        return node.has(field);
    }

    boolean isString(String field) {
        JsonNode value = value(field);
        return value != null && value.isString();
    }

    boolean flag(String field, boolean otherwise) throws ModelRejectedException {
        JsonNode value = value(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw refuse(field, "must be true or false");
        }
        return value.booleanValue();
    }

    int number(String field, int least, int most) throws ModelRejectedException {
        return optionalNumber(field, least, most).orElseThrow(() -> refuse(field, "is missing"));
    }

    OptionalInt optionalNumber(String field, int least, int most) throws ModelRejectedException {
        JsonNode value = value(field);
        if (value == null) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(number(field, value, least, most));
    }

    /** A whole number, or a list of them, as token ids. */
    Set<Integer> tokenIds(String field) throws ModelRejectedException {
        JsonNode value = value(field);
        Set<Integer> ids = new LinkedHashSet<>();
        if (value != null && value.isArray()) {
            for (JsonNode entry : value) {
                ids.add(number(field, entry, 0, DecoderConfig.LARGEST_VOCABULARY - 1));
            }
        } else if (value != null) {
            ids.add(number(field, value, 0, DecoderConfig.LARGEST_VOCABULARY - 1));
        }
        return ids;
    }

    OptionalDouble real(String field, double least, double most) throws ModelRejectedException {
        JsonNode value = value(field);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(real(field, value, least, most));
    }

    private double real(String field, JsonNode value, double least, double most) throws ModelRejectedException {
        double real = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(real >= least && real <= most)) {
            throw refuse(field, "must be a number from " + least + " to " + most);
        }
        return real;
    }

    ModelRejectedException refuse(String field, String fault) {
        return new ModelRejectedException(file + ": " + field + " " + fault);
    }

    private int number(String field, JsonNode value, int least, int most) throws ModelRejectedException {
        boolean whole = value.isIntegralNumber() && value.canConvertToLong();
        if (!whole || value.longValue() < least || value.longValue() > most) {
            throw refuse(field, "must be a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    private @Nullable JsonNode value(String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
