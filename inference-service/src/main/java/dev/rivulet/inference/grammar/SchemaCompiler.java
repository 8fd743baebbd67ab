// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * Turns a JSON Schema (2020-12) into a grammar. Everything the grammar makes validates; what would need more than it can say is
 * refused by its name. Where a schema allows more than one form, the grammar writes one: properties in the order of the schema,
 * none beside them unless {@code additionalProperties} stands alone, a space or none after commas and colons.
 */
final class SchemaCompiler {

    private static final int MAX_ENUM = 1_000;
    private static final int MAX_DEPTH = 256;
    private static final Set<String> ANNOTATIONS = Set.of(
            "title",
            "description",
            "default",
            "examples",
            "$schema",
            "$id",
            "$comment",
            "deprecated",
            "readOnly",
            "writeOnly",
            "$defs",
            "definitions");
    private static final Map<String, Set<String>> KEYWORDS = Map.of(
            "object", Set.of("properties", "required", "additionalProperties"),
            "array", Set.of("items", "minItems", "maxItems"),
            "string", Set.of("pattern", "minLength", "maxLength", "format"),
            "integer", IntegerRange.BOUNDS,
            "number", Set.of(),
            "boolean", Set.of(),
            "null", Set.of());

    private final JsonNode root;
    private final GrammarBuilder builder;
    private final JsonRules json;
    private final StringSchemas strings;
    private final Map<String, Integer> rules = new HashMap<>();
    private final SchemaPointer pointer;
    private int depth;

    SchemaCompiler(JsonNode root, GrammarBuilder builder) {
        this.root = root;
        this.builder = builder;
        this.json = new JsonRules(builder);
        this.strings = new StringSchemas(builder, json);
        this.pointer = new SchemaPointer(root);
    }

    /** The rule of the whole schema. */
    int compile() throws GrammarRefusedException {
        return rule(root, "");
    }

    /** The rule of a part of the schema, the same for the same path, so that a part may refer to itself. */
    private int rule(JsonNode schema, String path) throws GrammarRefusedException {
        Integer known = rules.get(path);
        if (known != null) {
            return known;
        }
        if (++depth > MAX_DEPTH) {
            throw new GrammarRefusedException(path, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        int rule = builder.rule();
        rules.put(path, rule);
        try {
            write(schema, path, builder.start(rule), builder.end(rule));
        } catch (GrammarRefusedException e) {
            throw e.path().isEmpty() && !path.isEmpty()
                    ? new GrammarRefusedException(path, String.valueOf(e.getMessage()))
                    : e;
        }
        depth--;
        return rule;
    }

    private void write(JsonNode schema, String path, int from, int to) throws GrammarRefusedException {
        if (schema.isBoolean() && schema.asBoolean()) {
            builder.call(from, json.value(), to);
        } else if (!schema.isObject()) {
            throw new GrammarRefusedException(path, "must be a schema that allows something");
        } else if (schema.has("$ref")) {
            only(schema, path, "$ref");
            SchemaPointer.Target target = pointer.find(schema.get("$ref"), join(path, "$ref"));
            builder.call(from, rule(target.schema(), target.path()), to);
        } else if (schema.has("anyOf")) {
            only(schema, path, "anyOf");
            choice(schema.get("anyOf"), join(path, "anyOf"), from, to);
        } else if (schema.has("allOf") && schema.get("allOf").size() == 1) {
            only(schema, path, "allOf");
            builder.call(from, rule(schema.get("allOf").get(0), join(path, "allOf[0]")), to);
        } else if (schema.has("enum")) {
            only(schema, path, "enum", "type");
            literals(schema, schema.get("enum"), join(path, "enum"), from, to);
        } else if (schema.has("const")) {
            only(schema, path, "const", "type");
            literal(schema, schema.get("const"), join(path, "const"), from, to);
        } else {
            typed(schema, path, from, to);
        }
    }

    private static void only(JsonNode schema, String path, String... allowed) throws GrammarRefusedException {
        for (String name : schema.propertyNames()) {
            if (!List.of(allowed).contains(name) && !ANNOTATIONS.contains(name)) {
                throw new GrammarRefusedException(join(path, name), "is not supported beside '" + allowed[0] + "'");
            }
        }
    }

    private void choice(JsonNode alternatives, String path, int from, int to) throws GrammarRefusedException {
        if (!alternatives.isArray() || alternatives.isEmpty() || alternatives.size() > MAX_ENUM) {
            throw new GrammarRefusedException(path, "must be an array of 1 to " + MAX_ENUM + " schemas");
        }
        for (int i = 0; i < alternatives.size(); i++) {
            builder.call(from, rule(alternatives.get(i), path + "[" + i + "]"), to);
        }
    }

    private void literals(JsonNode schema, JsonNode values, String path, int from, int to)
            throws GrammarRefusedException {
        if (!values.isArray() || values.isEmpty() || values.size() > MAX_ENUM) {
            throw new GrammarRefusedException(path, "must be an array of 1 to " + MAX_ENUM + " values");
        }
        for (int i = 0; i < values.size(); i++) {
            literal(schema, values.get(i), path + "[" + i + "]", from, to);
        }
    }

    private void literal(JsonNode schema, JsonNode value, String path, int from, int to)
            throws GrammarRefusedException {
        List<String> types = schema.has("type") ? types(schema.get("type"), path) : List.of();
        if (types.isEmpty() || types.stream().anyMatch(type -> is(value, type))) {
            builder.epsilon(builder.literal(from, value.toString()), to);
        }
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        };
    }

    private void typed(JsonNode schema, String path, int from, int to) throws GrammarRefusedException {
        List<String> types = schema.has("type") ? types(schema.get("type"), join(path, "type")) : implied(schema);
        for (String name : schema.propertyNames()) {
            boolean known = ANNOTATIONS.contains(name)
                    || name.equals("type")
                    || types.stream()
                            .anyMatch(type ->
                                    KEYWORDS.getOrDefault(type, Set.of()).contains(name));
            boolean otherNumbers = types.contains("number") && IntegerRange.BOUNDS.contains(name);
            if (!known || otherNumbers) {
                throw new GrammarRefusedException(
                        join(path, name),
                        "is not supported" + (types.isEmpty() ? "" : " for type " + types.getFirst()));
            }
        }
        if (types.isEmpty()) {
            builder.call(from, json.value(), to);
        }
        for (String type : types) {
            one(type, schema, path, from, to);
        }
    }

    private static List<String> types(JsonNode type, String path) throws GrammarRefusedException {
        List<String> types = new ArrayList<>();
        for (JsonNode one : type.isArray() ? type : List.of(type)) {
            if (!one.isString() || !KEYWORDS.containsKey(one.asString())) {
                throw new GrammarRefusedException(
                        path, "must be object, array, string, integer, number, boolean or null");
            }
            types.add(one.asString());
        }
        if (types.isEmpty()) {
            throw new GrammarRefusedException(path, "must name a type");
        }
        return types;
    }

    /** The type whose keywords a schema has that names none; a value of that type validates. */
    private static List<String> implied(JsonNode schema) {
        for (String type : List.of("object", "array", "string")) {
            if (KEYWORDS.getOrDefault(type, Set.of()).stream().anyMatch(schema::has)) {
                return List.of(type);
            }
        }
        return List.of();
    }

    private void one(String type, JsonNode schema, String path, int from, int to) throws GrammarRefusedException {
        switch (type) {
            case "object" -> object(schema, path, from, to);
            case "array" -> array(schema, path, from, to);
            case "string" -> builder.epsilon(strings.write(schema, path, from), to);
            case "integer" -> builder.call(from, json.matching(IntegerRange.expression(schema, path)), to);
            case "number" -> builder.call(from, json.matching(JsonRules.NUMBER), to);
            case "boolean" -> builder.call(from, json.matching("true|false"), to);
            default -> builder.call(from, json.matching("null"), to);
        }
    }

    private void array(JsonNode schema, String path, int from, int to) throws GrammarRefusedException {
        int item = schema.has("items") ? rule(schema.get("items"), join(path, "items")) : json.value();
        int least = Math.max(0, count(schema, path, "minItems"));
        int most = count(schema, path, "maxItems");
        if (most >= 0 && most < least) {
            throw new GrammarRefusedException(join(path, "maxItems"), "is below 'minItems'");
        }
        builder.epsilon(json.list(builder.literal(from, "["), item, least, most), to);
    }

    /** A number of things, -1 where none is named. */
    static int count(JsonNode schema, String path, String name) throws GrammarRefusedException {
        JsonNode count = schema.get(name);
        if (count == null) {
            return -1;
        }
        if (!count.isIntegralNumber()
                || !count.canConvertToInt()
                || count.asInt() < 0
                || count.asInt() > GrammarBuilder.MAX_STATES) {
            throw new GrammarRefusedException(
                    join(path, name), "must be an integer of 0 to " + GrammarBuilder.MAX_STATES);
        }
        return count.asInt();
    }

    private void object(JsonNode schema, String path, int from, int to) throws GrammarRefusedException {
        JsonNode properties = schema.path("properties");
        JsonNode additional = schema.get("additionalProperties");
        if (!properties.isMissingNode() && !properties.isObject()) {
            throw new GrammarRefusedException(join(path, "properties"), "must be an object");
        }
        Set<String> required = required(schema, properties, path);
        int open = builder.literal(from, "{");
        if (properties.isEmpty() && (additional == null || !additional.isBoolean() || additional.asBoolean())) {
            int value = additional == null || additional.isBoolean()
                    ? json.value()
                    : rule(additional, join(path, "additionalProperties"));
            builder.epsilon(json.map(open, value), to);
            return;
        }
        if (additional != null && !additional.isBoolean()) {
            throw new GrammarRefusedException(
                    join(path, "additionalProperties"), "may only be true or false beside 'properties'");
        }
        int first = open;
        int rest = builder.state();
        for (String name : properties.propertyNames()) {
            int value = rule(properties.get(name), join(path, "properties." + name));
            int key = builder.state();
            builder.epsilon(first, key);
            builder.epsilon(json.separator(rest, ','), key);
            int named = builder.literal(key, StringNode.valueOf(name).toString());
            int after = builder.state();
            builder.call(json.separator(named, ':'), value, after);
            int without = builder.state();
            if (!required.contains(name)) {
                builder.epsilon(first, without);
                builder.epsilon(rest, after);
            }
            first = without;
            rest = after;
        }
        builder.range(first, '}', '}', to);
        builder.range(rest, '}', '}', to);
    }

    private static Set<String> required(JsonNode schema, JsonNode properties, String path)
            throws GrammarRefusedException {
        Set<String> required = new HashSet<>();
        JsonNode names = schema.path("required");
        if (!names.isMissingNode() && !names.isArray()) {
            throw new GrammarRefusedException(join(path, "required"), "must be an array of names");
        }
        for (JsonNode name : names) {
            if (!name.isString() || !properties.has(name.asString())) {
                throw new GrammarRefusedException(join(path, "required"), "may only name what 'properties' describes");
            }
            required.add(name.asString());
        }
        return required;
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
