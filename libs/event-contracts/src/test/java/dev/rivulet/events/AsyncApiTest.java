// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document that tells others of our events is the catalogue's. */
class AsyncApiTest {

    private static final Path CHECKED_IN = Path.of("../../docs/asyncapi.json");
    private static final JsonMapper JSON = JsonMapper.shared();

    @BeforeAll
    static void writeWhatIsGenerated() throws IOException {
        if (GoldenFiles.writing()) {
            Files.writeString(CHECKED_IN, AsyncApi.text());
        }
    }

    @Test
    void theDocumentThatIsCheckedInIsTheOneThatIsGenerated() {
        assertThat(CHECKED_IN)
                .as("docs/asyncapi.json is older than the catalogue; it is made again by: " + GoldenFiles.COMMAND)
                .content()
                .isEqualTo(AsyncApi.text());
    }

    @Test
    void theDocumentTravelsWithTheContracts() throws IOException {
        try (InputStream served = Objects.requireNonNull(EventType.class.getResourceAsStream("asyncapi.json"))) {
            assertThat(JSON.readTree(served).path("asyncapi").asString()).isEqualTo("3.0.0");
        }
    }

    @Test
    void theDocumentIsAsAsyncApi3Says() throws IOException {
        assertThat(faults(document())).isEmpty();
    }

    @Test
    void aDocumentThatIsNotAsAsyncApi3SaysWouldBeFound() throws IOException {
        ObjectNode broken = (ObjectNode) document();
        ((ObjectNode) broken.at("/channels/model.version.changed/bindings/kafka")).put("partitions", 0);
        ((ObjectNode) broken.at("/operations/model-registry.send.model.version.changed")).put("action", "shout");

        assertThat(faults(broken)).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void headersAreThoseThatAnEventHas() {
        JsonNode messages = document().at("/components/messages");

        for (EventType<?> type : EventType.ALL) {
            Event<?> event = event(type);
            JsonNode headers = messages.at("/" + type.descriptor().getName() + "/headers/properties");
            assertThat(headers.propertyNames())
                    .containsExactlyElementsOf(event.headers().keySet());
            assertThat(headers.at("/ce_dataschema/const").asString())
                    .isEqualTo(new String(Objects.requireNonNull(event.headers().get("ce_dataschema"))));
        }
    }

    @Test
    void whoReadsATopicReceivesFromItsChannel() {
        JsonNode operation = document().at("/operations/inference-service.receive.model.version.changed");

        assertThat(operation.path("action").asString()).isEqualTo("receive");
        assertThat(operation.at("/channel/$ref").asString()).isEqualTo("#/channels/model.version.changed");
        assertThat(document()
                        .at("/components/messages/ModelVersionChanged/description")
                        .asString())
                .startsWith("The whole state of one model, after a change.");
    }

    private static JsonNode document() {
        return JSON.readTree(AsyncApi.text());
    }

    private static List<String> faults(JsonNode document) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(JSON.readTree(Files.readAllBytes(Path.of("src/test/resources/asyncapi/3.0.0.json"))));
        return schema.validate(document).stream().map(Error::toString).toList();
    }

    private static <T extends Message> Event<T> event(EventType<T> type) {
        try {
            return new Event<>(
                    "id",
                    "/source",
                    type,
                    "key",
                    Instant.EPOCH,
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                    type.parser().parseFrom(new byte[0]));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
