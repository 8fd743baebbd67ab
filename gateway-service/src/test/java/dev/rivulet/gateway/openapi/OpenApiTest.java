// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.testsupport.openai.DocumentCheck;
import dev.rivulet.testsupport.openai.Seen;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The document that a running gateway gives of itself, and what it then does. */
@ExtendWith(SharedGateway.class)
class OpenApiTest {

    private static final String DOCUMENT = "/openapi.json";
    private static final String CHUNK =
            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                    + "[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    private final GatewayFixture gateway;
    private final StubReplica replica = StubReplica.start("described");

    OpenApiTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void join() {
        gateway.join(replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    private JsonNode document() throws Exception {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(DOCUMENT)));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void itIsAnOpenApiDocumentWhoseReferencesAllLeadSomewhere() throws Exception {
        WellFormed.check(document());
    }

    @Test
    void itIsOpenToEverybodyAndNotSentTwice() throws Exception {
        HttpResponse<String> first = gateway.send(HttpRequest.newBuilder(gateway.url(DOCUMENT)));
        String etag = first.headers().firstValue("etag").orElseThrow();
        HttpResponse<String> again =
                gateway.send(HttpRequest.newBuilder(gateway.url(DOCUMENT)).header("if-none-match", etag));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void everyPathThatIsServedIsDescribed() throws Exception {
        Set<String> described = Set.copyOf(document().path("paths").propertyNames());
        Stream<String> passedOn = Stream.of(Endpoint.values()).map(Endpoint::path);
        assertThat(described).containsAll(passedOn.toList()).contains("/v1/models", "/v1/models/{model}");
        assertThat(gateway.beans(ApiRoute.class))
                .allSatisfy(route -> assertThat(
                                described.stream().flatMap(template -> ServedPaths.samples(template).stream()))
                        .as("openapi/*.yaml describes " + route.path())
                        .anyMatch(route::serves));
    }

    /** Asks by a method that no path takes: what is served answers with those that it does take. */
    @Test
    void everyPathThatIsDescribedIsServedAndTakesNoOtherMethod() throws Exception {
        for (var path : document().path("paths").properties()) {
            List<String> allowed = new ArrayList<>();
            for (String sample : ServedPaths.samples(path.getKey())) {
                HttpResponse<String> refused = gateway.send(HttpRequest.newBuilder(gateway.url(sample))
                        .header("authorization", "Bearer " + GatewayFixture.KEY)
                        .method("TRACE", HttpRequest.BodyPublishers.noBody()));
                assertThat(refused.statusCode()).as(sample).isIn(404, 405);
                refused.headers().firstValue("allow").ifPresent(allow -> allowed.addAll(List.of(allow.split(", *"))));
            }
            assertThat(path.getValue().propertyNames().stream()
                            .filter(name -> !name.equals("parameters"))
                            .map(name -> name.toUpperCase(Locale.ROOT)))
                    .as(path.getKey())
                    .containsExactlyInAnyOrderElementsOf(allowed.stream()
                            .filter(method -> !method.equals("HEAD"))
                            .distinct()
                            .toList());
        }
    }

    @Test
    void theExamplesAreRequestsAsDescribed() throws Exception {
        JsonNode document = document();
        DocumentCheck check = new DocumentCheck(document);
        for (Endpoint endpoint : Endpoint.values()) {
            JsonNode content = document.path("paths").path(endpoint.path()).at("/post/requestBody/content");
            if (content.propertyNames().stream().allMatch("multipart/form-data"::equals)) {
                continue;
            }
            JsonNode example = content.at("/application~1json/example");
            assertThat(check.requestFaults(endpoint.path(), example))
                    .as(endpoint.path())
                    .isEmpty();
        }
        String chat = Endpoint.CHAT.path();
        assertThat(check.requestFaults(chat, JsonMapper.shared().readTree(GatewayFixture.STREAM)))
                .isEmpty();
        assertThat(check.requestFaults(chat, JsonMapper.shared().readTree("{\"model\":\"m\",\"messages\":[]}")))
                .isNotEmpty();
        assertThat(check.requestFaults(
                        chat, JsonMapper.shared().readTree(GatewayFixture.WHOLE.replace("{", "{\"temperature\":9,"))))
                .isNotEmpty();
    }

    @Test
    void modelsStreamsAndErrorsAreAnsweredAsDescribed() throws Exception {
        DocumentCheck check = new DocumentCheck(document());
        replica.answering((request, response) ->
                response.header("content-type", "text/event-stream").sendString(Flux.just(CHUNK, CHUNK)));
        HttpResponse<String> stream = gateway.chat(GatewayFixture.STREAM);
        assertThat(Seen.of(stream).events()).hasSizeGreaterThanOrEqualTo(2);
        for (HttpResponse<String> answer : List.of(
                stream,
                gateway.get("/v1/models"),
                gateway.get("/v1/models/m"),
                gateway.get("/v1/models/nobody"),
                gateway.get("/v1/nothing"),
                gateway.chat("{"))) {
            assertThat(check.faults(Seen.of(answer)))
                    .as(answer.request() + " " + answer.body())
                    .isEmpty();
        }
    }

    @Test
    void anAnswerThatIsNotAsDescribedOrPublishedIsFound() throws Exception {
        DocumentCheck check = new DocumentCheck(document());
        replica.json(200, "{\"object\":\"chat.completion\"}");
        assertThat(check.faults(Seen.of(gateway.chat(GatewayFixture.WHOLE)))).isNotEmpty();
        replica.streaming(CHUNK.replace("\"index\":0,", ""), "data: [DONE]\n\n");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> gateway.chat(GatewayFixture.STREAM))
                .withMessageContaining("'index' not found");
    }
}
