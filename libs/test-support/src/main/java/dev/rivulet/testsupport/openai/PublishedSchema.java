// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of an OpenAPI 3.1 document by their names: OpenAI's published ones, or those of any other document. Thread-safe.
 */
public final class PublishedSchema {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MOST_FAULTS = 20;

    private final JsonNode components;
    private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

    private PublishedSchema(JsonNode document) {
        this.components = document.path("components");
    }

    /** OpenAI's, as far as Rivulet serves it. */
    public static PublishedSchema ofOpenAi() {
        try (InputStream file = PublishedSchema.class.getResourceAsStream("schemas.json")) {
            return of(JSON.readTree(Objects.requireNonNull(file, "schemas.json is on the class path")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those under {@code components.schemas} of a document. */
    public static PublishedSchema of(JsonNode document) {
        return new PublishedSchema(document);
    }

    /** Whether there is a schema of this name. */
    public boolean has(String name) {
        return components.path("schemas").has(name);
    }

    /** What of a value is not as the schema says, with the place of each fault; at most 20 of them. */
    public List<String> faults(String name, JsonNode value) {
        return compiled.computeIfAbsent(name, this::compile).validate(value).stream()
                .limit(MOST_FAULTS)
                .map(fault -> fault.getInstanceLocation() + ": " + fault.getMessage())
                .toList();
    }

    private Schema compile(String name) {
        if (!has(name)) {
            throw new IllegalArgumentException("There is no schema " + name);
        }
        ObjectNode root = JSON.createObjectNode();
        root.put("$ref", "#/components/schemas/" + name);
        root.set("components", components);
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
    }
}
