// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes federations and looks at them, as a person with the token of the service does. */
final class Operator implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final URI service;
    private final HttpClient client = HttpClient.newHttpClient();

    Operator(int port) {
        this.service = URI.create("http://127.0.0.1:" + port);
    }

    URI service() {
        return service;
    }

    /** A federation of a softmax regression with these rounds. */
    void make(String name, int dimensions, int classes, String policy, int mostRounds) {
        make(name, dimensions, classes, policy, mostRounds, 4096);
    }

    /** The same, aggregated as it is said. */
    void make(String name, int dimensions, int classes, String policy, String aggregation, int mostRounds) {
        make(name, dimensions, classes, policy, aggregation, mostRounds, 4096, "{\"mode\": \"NONE\"}");
    }

    void make(String name, int dimensions, int classes, String policy, int mostRounds, int mostBytes) {
        make(name, dimensions, classes, policy, mostRounds, mostBytes, "{\"mode\": \"NONE\"}");
    }

    /** The same, summed as {@code secure} says. */
    void make(String name, int dimensions, int classes, String policy, int mostRounds, int mostBytes, String secure) {
        String plain = "{\"strategy\": \"FED_AVG\", \"server_rate\": 1, \"trim\": 0.1}";
        make(name, dimensions, classes, policy, plain, mostRounds, mostBytes, secure);
    }

    private void make(
            String name,
            int dimensions,
            int classes,
            String policy,
            String aggregation,
            int mostRounds,
            int mostBytes,
            String secure) {
        String body =
                """
                {"name": "%s", "running": false,
                 "tensors": [{"name": "weight", "shape": [%d, %d]}, {"name": "bias", "shape": [%d]}],
                 "settings": {
                   "policy": %s,
                   "aggregation": %s,
                   "training": {"epochs": 2, "batch": 10, "rate": 0.2, "mu": 0},
                   "limits": {"most_bytes": %d, "most_weight": 100000, "most_norm": 1000},
                   "energy": {"least_battery": 20, "metered": false},
                   "stopping": {"most_rounds": %d, "patience": 0, "least_gain": 0, "most_failures": 10},
                   "secure": %s}}""".formatted(name, dimensions, classes, classes, policy, aggregation, mostBytes, mostRounds, secure);
        assertThat(send("POST", "/api/federations", body, 201).at("/name").asString())
                .isEqualTo(name);
    }

    /** A federation of a softmax regression with settings of its own. */
    void makeWith(String name, int dimensions, int classes, String settings) {
        send("POST", "/api/federations", body(name, dimensions, classes, settings), 201);
    }

    /** The detail of why settings exclude each other. */
    String conflict(String name, String settings) {
        return send("POST", "/api/federations", body(name, 2, 2, settings), 422)
                .at("/detail")
                .asString();
    }

    private static String body(String name, int dimensions, int classes, String settings) {
        return """
                {"name": "%s", "running": false,
                 "tensors": [{"name": "weight", "shape": [%d, %d]}, {"name": "bias", "shape": [%d]}],
                 "settings": %s}""".formatted(name, dimensions, classes, classes, settings);
    }

    /** Changes some settings. */
    JsonNode change(String federation, String patch) {
        return send("PATCH", "/api/federations/" + federation + "/settings", patch, 200);
    }

    /** Puts something into a federation. */
    JsonNode put(String federation, String part, String body) {
        return send("PUT", "/api/federations/" + federation + "/" + part, body, 200);
    }

    /** Something of a federation. */
    JsonNode look(String federation, String part) {
        return send("GET", "/api/federations/" + federation + "/" + part, "", 200);
    }

    /** The detail of what is wrong with a new federation. */
    String refused(String body) {
        JsonNode problem = send("POST", "/api/federations", body, 400);
        return problem.at("/detail").asString();
    }

    String token(String federation, int uses) {
        return send("POST", "/api/federations/" + federation + "/tokens", "{\"uses\": " + uses + "}", 201)
                .at("/token")
                .asString();
    }

    JsonNode start(String federation) {
        return send("POST", "/api/federations/" + federation + "/start", "", 200);
    }

    JsonNode look(String federation) {
        return send("GET", "/api/federations/" + federation, "", 200);
    }

    JsonNode events(String federation, long round) {
        return send("GET", "/api/federations/" + federation + "/rounds/" + round, "", 200);
    }

    /** Where its versions go. */
    void publish(String federation, String destination) {
        send("PUT", "/api/federations/" + federation + "/publish", destination, 200);
    }

    JsonNode published(String federation) {
        return send("GET", "/api/federations/" + federation + "/publish", "", 200);
    }

    /** Puts a setting, whatever it is. */
    void put(String path, String body) {
        send("PUT", path, body, 200);
    }

    /** What is at a path, whatever it is. */
    String text(String path) {
        return answer("GET", path, "", 200);
    }

    /** The code of why something can't be done now. */
    String unavailable(String method, String path) {
        return JSON.readTree(answer(method, path, "{}", 503)).at("/code").asString();
    }

    private JsonNode send(String method, String path, String body, int status) {
        return JSON.readTree(answer(method, path, body, status));
    }

    private String answer(String method, String path, String body, int status) {
        HttpRequest request = HttpRequest.newBuilder(service.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer a-token-of-the-test")
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
