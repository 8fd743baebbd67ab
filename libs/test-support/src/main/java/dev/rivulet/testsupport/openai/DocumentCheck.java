// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Holds answers of a server to the OpenAPI document that it gives of itself. Thread-safe. */
public final class DocumentCheck {

    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");
    private static final String SCHEMAS = "#/components/schemas/";

    private final JsonNode document;
    private final PublishedSchema schemas;

    public DocumentCheck(JsonNode document) {
        this.document = document;
        this.schemas = PublishedSchema.of(document);
    }

    /** What of the answer is not as the document says. A path, status or content type that it does not know is a fault too. */
    public List<String> faults(Seen seen) {
        Optional<JsonNode> operation = operation(seen);
        if (operation.isEmpty()) {
            return seen.status() >= 400
                    ? ofSchema("ErrorAnswer", List.of(seen.json()))
                    : List.of(seen.method() + " " + seen.path() + " is not described");
        }
        JsonNode content = resolved(response(operation.get(), seen.status())).path("content");
        JsonNode media = content.path(seen.isStream() ? "text/event-stream" : "application/json");
        String ref = media.path("schema").path("$ref").asString("");
        if (!ref.startsWith(SCHEMAS)) {
            return List.of(seen.method() + " " + seen.path() + " has no schema for " + seen.status() + " and "
                    + seen.contentType());
        }
        return ofSchema(ref.substring(SCHEMAS.length()), seen.isStream() ? seen.events() : List.of(seen.json()));
    }

    /** What of a request body is not as the document says of the path. */
    public List<String> requestFaults(String path, JsonNode body) {
        JsonNode operation = operation(new Seen("POST", path, 200, null, "")).orElseThrow();
        String ref = operation
                .at("/requestBody/content/application~1json/schema/$ref")
                .asString();
        return schemas.faults(ref.substring(SCHEMAS.length()), body);
    }

    private List<String> ofSchema(String name, List<JsonNode> values) {
        List<String> faults = new ArrayList<>();
        for (JsonNode value : values) {
            schemas.faults(name, value).forEach(fault -> faults.add(fault + " in " + value));
        }
        return faults;
    }

    private Optional<JsonNode> operation(Seen seen) {
        return document.path("paths")
                .propertyStream()
                .filter(path -> matches(path.getKey(), seen.path()))
                .map(Map.Entry::getValue)
                .map(path -> path.path(seen.method().toLowerCase(Locale.ROOT)))
                .filter(JsonNode::isObject)
                .findFirst();
    }

    private static boolean matches(String template, String path) {
        return path.matches(PARAMETER.matcher(Pattern.quote(template)).replaceAll("\\\\E[^/]+\\\\Q"));
    }

    private static JsonNode response(JsonNode operation, int status) {
        JsonNode exact = operation.path("responses").path(Integer.toString(status));
        return exact.isObject() ? exact : operation.path("responses").path("default");
    }

    private JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asString("");
        return ref.isEmpty() ? node : document.at(ref.substring(1));
    }
}
