// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.routing.FreshNames;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One service's JSON interface, called with the token between services; what it refuses is a {@link ToolFailure} in its words. */
final class ControlCalls {

    private static final int CONNECT_MILLIS = 3_000;
    private static final int LONGEST_REASON = 500;

    private final String service;
    private final WebClient client;
    private final McpProperties properties;
    private final JsonMapper json;

    ControlCalls(String service, URI url, ServiceToken token, McpProperties properties, JsonMapper json) {
        this.service = service;
        this.properties = properties;
        this.json = json;
        HttpClient http = FreshNames.of(HttpClient.create())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .responseTimeout(properties.timeout());
        this.client = WebClient.builder()
                .baseUrl(url.toString())
                .clientConnector(new ReactorClientHttpConnector(http))
                .codecs(codecs -> codecs.defaultCodecs()
                        .maxInMemorySize((int) properties.maxAnswer().toBytes()))
                .defaultHeaders(token::authorize)
                .build();
    }

    /**
     * Gets a document.
     *
     * @param path with names in braces, as in {@code /api/models/{model}}
     * @param values of these names, in their order
     */
    Mono<JsonNode> get(String path, Object... values) {
        return read(client.get().uri(path, values));
    }

    /** Sends a document and gets one. */
    Mono<JsonNode> post(String path, Map<String, Object> body, Object... values) {
        return read(client.method(HttpMethod.POST)
                .uri(path, values)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json.writeValueAsBytes(body)));
    }

    private Mono<JsonNode> read(WebClient.RequestHeadersSpec<?> request) {
        return request.retrieve()
                .bodyToMono(byte[].class)
                .timeout(properties.timeout())
                .map(this::parsed)
                .onErrorMap(this::told);
    }

    private JsonNode parsed(byte[] body) {
        return json.readTree(body);
    }

    private Throwable told(Throwable failure) {
        return switch (failure) {
            case ToolFailure known -> known;
            case WebClientResponseException refused when tooLarge(refused) -> tooMuch();
            case WebClientResponseException refused ->
                new ToolFailure(service + " answered " + refused.getStatusCode().value() + ": "
                        + reason(refused.getResponseBodyAsByteArray()));
            case DataBufferLimitException large -> tooMuch();
            case TimeoutException slow ->
                new ToolFailure(service + " did not answer within "
                        + properties.timeout().toSeconds()
                        + " s. Ask again; `./rivulet status` shows whether it runs.");
            case WebClientRequestException away ->
                new ToolFailure(
                        service + " can't be reached. `./rivulet status` shows whether it runs; where it is, says"
                                + " rivulet.mcp.");
            case JacksonException garbled -> new ToolFailure(service + " answered with something that is not JSON.");
            case DecodingException garbled -> new ToolFailure(service + " answered with something that can't be read.");
            default -> failure;
        };
    }

    private static boolean tooLarge(WebClientResponseException refused) {
        return refused.getCause() instanceof DataBufferLimitException;
    }

    private ToolFailure tooMuch() {
        return new ToolFailure(service + " answered with more than " + properties.maxAnswer()
                + ". Ask for less (limit), or raise rivulet.mcp.max-answer.");
    }

    private String reason(byte[] body) {
        try {
            String detail = json.readTree(body).path("detail").asString("");
            return detail.isEmpty()
                    ? "no reason was given."
                    : detail.substring(0, Math.min(LONGEST_REASON, detail.length()));
        } catch (JacksonException e) {
            return "the reason can't be read.";
        }
    }
}
