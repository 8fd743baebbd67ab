// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the parts of an OpenAPI document together and leaves out what isn't served: operations, then the components that
 * none of the rest names.
 */
final class ApiDocument {

    /** How deep the parts of a section lie: under {@code paths} by their path, under {@code components} by kind and name. */
    private static final Map<String, Integer> LEVELS = Map.of("paths", 1, "components", 2);

    private static final Set<String> METHODS =
            Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

    private ApiDocument() {}

    /**
     * The whole document.
     *
     * @param parts each with some of the sections of one
     * @param served whether a path template takes a method in lower case
     * @throws IllegalStateException if two parts define the same thing
     */
    static ObjectNode of(List<ObjectNode> parts, BiPredicate<String, String> served) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        parts.forEach(part -> part.properties()
                .forEach(section ->
                        put(whole, section.getKey(), section.getValue(), LEVELS.getOrDefault(section.getKey(), 0))));
        keepServed(whole, served);
        keepNamed(whole);
        return whole;
    }

    private static void put(ObjectNode into, String key, JsonNode value, int levels) {
        JsonNode there = into.get(key);
        if (there == null) {
            into.set(key, value.deepCopy());
        } else if (levels > 0 && there instanceof ObjectNode object && value.isObject()) {
            value.properties().forEach(entry -> put(object, entry.getKey(), entry.getValue(), levels - 1));
        } else if (there instanceof ArrayNode array && value.isArray()) {
            value.forEach(element -> array.add(element.deepCopy()));
        } else {
            throw new IllegalStateException("Two parts of the OpenAPI document define '" + key + "'");
        }
    }

    private static void keepServed(ObjectNode whole, BiPredicate<String, String> served) {
        if (!(whole.get("paths") instanceof ObjectNode paths)) {
            throw new IllegalStateException("The OpenAPI document has no paths");
        }
        for (String path : List.copyOf(paths.propertyNames())) {
            ObjectNode item = (ObjectNode) paths.get(path);
            List<String> methods = new ArrayList<>(item.propertyNames());
            methods.retainAll(METHODS);
            List<String> absent = methods.stream()
                    .filter(method -> !served.test(path, method))
                    .toList();
            item.remove(absent);
            if (absent.size() == methods.size()) {
                paths.remove(path);
            }
        }
    }

    private static void keepNamed(ObjectNode whole) {
        if (!(whole.get("components") instanceof ObjectNode components)) {
            return;
        }
        Set<String> named = new HashSet<>();
        Deque<JsonNode> open = new ArrayDeque<>();
        open.add(whole.path("paths"));
        while (!open.isEmpty()) {
            for (JsonNode ref : open.remove().findValues("$ref")) {
                String place = ref.asString("").substring(1);
                if (named.add(place)) {
                    open.add(whole.at(place));
                }
            }
        }
        components.properties().forEach(kind -> {
            if (!kind.getKey().equals("securitySchemes") && kind.getValue() instanceof ObjectNode parts) {
                String place = "/components/" + kind.getKey() + "/";
                parts.retain(List.copyOf(parts.propertyNames()).stream()
                        .filter(name -> named.contains(place + name))
                        .toList());
            }
        });
    }
}
