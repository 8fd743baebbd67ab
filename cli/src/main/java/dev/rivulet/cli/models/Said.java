// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What commands say to the registry and of its answers, all in one way. */
public final class Said {

    /** Describes {@code --json}. */
    public static final String JSON = "Print one JSON object a line.";

    private Said() {}

    /** A body that says who decides, and why. */
    public static Map<String, Object> by(Context context, @Nullable String reason) {
        Map<String, Object> said = new LinkedHashMap<>();
        put(said, "reason", reason);
        String user = context.environment().getOrDefault("USER", "");
        put(said, "by", user.isBlank() ? null : user);
        return said;
    }

    /** Puts what was given. */
    public static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    /** Prints an answer for programs. */
    public static void line(Context context, JsonNode answer) {
        context.out().println(new JsonMapper().writeValueAsString(answer));
    }

    /** Prints what is known here, for programs. */
    public static void line(Context context, Map<String, ?> fields) {
        context.out().println(new JsonMapper().writeValueAsString(fields));
    }

    /** A field for people, on one line; {@code -} if there is none. */
    public static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isMissingNode() || value.isNull()
                ? "-"
                : value.asString("").replaceAll("\\p{C}", "?");
    }
}
