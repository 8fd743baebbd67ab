// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a tool takes, as a JSON schema that allows nothing else. */
final class Parameters {

    /** Names of models in the registry. */
    static final String MODEL = "^[a-z0-9][a-z0-9._-]{0,62}$";

    /** Names of versions in the registry. */
    static final String VERSION = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$";

    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();

    /** Takes nothing. */
    static Parameters none() {
        return new Parameters();
    }

    /** A text that must be given. */
    Parameters text(String name, String pattern, String description) {
        required.add(name);
        return optional(name, Map.of("type", "string", "pattern", pattern, "description", description));
    }

    /** A text that may be given, at most 500 characters. */
    Parameters remark(String name, String description) {
        return optional(name, Map.of("type", "string", "maxLength", 500, "description", description));
    }

    /** A number that may be given. */
    Parameters number(String name, double least, double most, String description) {
        return optional(name, Map.of("type", "number", "minimum", least, "maximum", most, "description", description));
    }

    /** A whole number that may be given. */
    Parameters whole(String name, long least, long most, String description) {
        return optional(name, Map.of("type", "integer", "minimum", least, "maximum", most, "description", description));
    }

    /** A yes or no that may be given. */
    Parameters flag(String name, String description) {
        return optional(name, Map.of("type", "boolean", "description", description));
    }

    /** What may be given, by its schema. */
    Parameters optional(String name, Map<String, Object> schema) {
        properties.put(name, schema);
        return this;
    }

    Map<String, Object> schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("required", required);
        schema.put("additionalProperties", false);
        return schema;
    }
}
