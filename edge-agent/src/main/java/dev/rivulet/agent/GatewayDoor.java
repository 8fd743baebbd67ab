// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.engine.ChatMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A site's gateway as its people use it: they ask, and say what they think. Safe for threads. Close when done. */
public final class GatewayDoor implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final URI gateway;
    private final String key;
    private final String model;
    private final int mostTokens;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    /**
     * @param key of the site
     * @param model that is asked
     * @param mostTokens of an answer
     */
    public GatewayDoor(URI gateway, String key, String model, int mostTokens) {
        this.gateway = gateway;
        this.key = key;
        this.model = model;
        this.mostTokens = mostTokens;
    }

    /**
     * An answer.
     *
     * @param request its id
     * @param version of the model that gave it; empty if the gateway doesn't say
     */
    public record Answered(String request, String version, String text) {}

    /**
     * Asks, at temperature 0.
     *
     * @param session who asks: one session stays with one version while a rollout goes on
     * @throws IOException if there is no answer
     */
    public Answered ask(List<ChatMessage> messages, String session) throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put(
                "messages",
                messages.stream()
                        .map(message -> Map.of("role", message.role(), "content", message.content()))
                        .toList());
        body.put("temperature", 0);
        body.put("max_tokens", mostTokens);
        HttpResponse<String> answer = post("/v1/chat/completions", body, session);
        return new Answered(
                answer.headers().firstValue("x-request-id").orElse(""),
                answer.headers().firstValue("x-rivulet-model-version").orElse(""),
                read(answer.body())
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asString("")
                        .strip());
    }

    /**
     * Says what somebody thinks of an answer.
     *
     * @param words fields that he lets the site keep; empty if he consents to nothing
     * @throws IOException if the gateway doesn't take it
     */
    public void tell(String request, boolean good, Map<String, Object> words) throws IOException, InterruptedException {
        Map<String, Object> body = new LinkedHashMap<>(words);
        body.put("request_id", request);
        body.put("thumb", good ? "up" : "down");
        if (!words.isEmpty()) {
            body.put("consent", true);
        }
        post("/v1/feedback", body, "");
    }

    /**
     * Deletes all words of a person that the site keeps.
     *
     * @return how many answers they were about
     */
    public int forget(String subject) throws IOException, InterruptedException {
        String query = "/v1/feedback/words?subject=" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve(query))
                .header("authorization", "Bearer " + key)
                .timeout(TIMEOUT)
                .DELETE()
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("words are not deleted: " + answer.statusCode() + " " + answer.body());
        }
        return read(answer.body()).path("deleted").asInt(0);
    }

    private HttpResponse<String> post(String path, Map<String, Object> body, String session)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .timeout(TIMEOUT)
                .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)));
        if (!session.isEmpty()) {
            request.header("x-session-id", session);
        }
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    private static JsonNode read(String body) throws IOException {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw new IOException("the gateway's answer is no JSON", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
