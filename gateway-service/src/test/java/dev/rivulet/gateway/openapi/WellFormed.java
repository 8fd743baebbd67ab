// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What makes a document one of OpenAPI 3.1. */
final class WellFormed {

    private static final Schema OPEN_API = openApi();

    private WellFormed() {}

    private static Schema openApi() {
        try (InputStream file = WellFormed.class.getResourceAsStream("/openapi/oas-3.1-2022-10-07.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(JsonMapper.shared().readTree(Objects.requireNonNull(file, "the schema of OpenAPI")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds it to the schema of OpenAPI, and its references to lead somewhere. */
    static void check(JsonNode document) {
        assertThat(OPEN_API.validate(document)).isEmpty();
        assertThat(document.findValues("$ref"))
                .isNotEmpty()
                .allSatisfy(ref -> assertThat(
                                document.at(ref.asString().substring(1)).isMissingNode())
                        .as(ref.asString())
                        .isFalse());
    }
}
