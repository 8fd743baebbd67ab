// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.engine.ChatMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the site's feedback from its gateway: {@code GET /v1/feedback/words}, page after page. Close when done. */
public final class GatewayFeedback implements FeedbackSource, AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGE = 200;
    private static final int MOST_PAGES = 1_000;

    private final URI gateway;
    private final String key;
    private final int most;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /**
     * @param gateway such as {@code http://127.0.0.1:7100}
     * @param key of the site
     * @param most newest pieces of feedback that are read, 1 or more
     */
    public GatewayFeedback(URI gateway, String key, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one piece of feedback is read");
        }
        this.gateway = gateway;
        this.key = key;
        this.most = most;
    }

    @Override
    public List<Feedback> all() throws IOException, InterruptedException {
        Deque<Feedback> newest = new ArrayDeque<>();
        String after = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode read = page(after);
            for (JsonNode words : read.path("data")) {
                newest.addLast(feedback(words));
                if (newest.size() > most) {
                    newest.removeFirst();
                }
            }
            after = read.path("next").asString("");
            if (after.isEmpty()) {
                break;
            }
        }
        return List.copyOf(newest);
    }

    private JsonNode page(String after) throws IOException, InterruptedException {
        String query = "/v1/feedback/words?limit=" + PAGE
                + (after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve(query))
                .header("authorization", "Bearer " + key)
                .timeout(TIMEOUT)
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("the gateway answers " + answer.statusCode() + " where feedback is read");
        }
        try {
            return JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException e) {
            throw new IOException("the gateway's page of feedback is no JSON", e);
        }
    }

    private static Feedback feedback(JsonNode words) {
        List<ChatMessage> messages = new ArrayList<>();
        words.path("messages")
                .forEach(message -> messages.add(new ChatMessage(
                        message.path("role").asString(""),
                        message.path("content").asString(""))));
        return new Feedback(
                words.path("request_id").asString("?"),
                Math.clamp(words.path("score").asDouble(0), 0, 1),
                messages,
                words.path("answer").asString(""),
                words.path("correction").asString(""));
    }

    @Override
    public void close() {
        client.close();
    }
}
