// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static dev.rivulet.inference.grammar.SchemaCompiler.join;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Follows {@code $ref} within one schema: {@code #} and JSON pointers (RFC 6901). Nothing is ever fetched. */
final class SchemaPointer {

    private final JsonNode root;

    SchemaPointer(JsonNode root) {
        this.root = root;
    }

    /** @param path as in the messages of {@link GrammarRefusedException} */
    record Target(JsonNode schema, String path) {}

    Target find(JsonNode reference, String path) throws GrammarRefusedException {
        String text = reference.isString() ? reference.asString() : "";
        if (!text.equals("#") && !text.startsWith("#/")) {
            throw new GrammarRefusedException(path, "may only point into the schema itself, such as #/$defs/item");
        }
        Target target = new Target(root, "");
        String[] steps = text.equals("#") ? new String[0] : text.substring(2).split("/", -1);
        for (String step : steps) {
            target = step(target, decoded(step));
            if (target == null) {
                throw new GrammarRefusedException(path, "points to nothing");
            }
        }
        return target;
    }

    private static @Nullable Target step(Target from, String name) {
        JsonNode schema = from.schema();
        if (!schema.isArray()) {
            JsonNode next = schema.get(name);
            return next == null ? null : new Target(next, join(from.path(), name));
        }
        boolean index = !name.isEmpty() && name.length() < 6 && name.chars().allMatch(c -> c >= '0' && c <= '9');
        JsonNode next = index ? schema.get(Integer.parseInt(name)) : null;
        return next == null ? null : new Target(next, from.path() + "[" + name + "]");
    }

    private static String decoded(String step) {
        String plain = step;
        if (step.indexOf('%') >= 0) {
            try {
                plain = URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return step;
            }
        }
        return plain.replace("~1", "/").replace("~0", "~");
    }
}
