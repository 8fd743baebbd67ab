// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A plain HTTP client of the gateway that keeps every line of a stream as it came. */
final class Chat {

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI gateway;
    private final String key;

    Chat(Platform platform) {
        this.gateway = platform.gateway();
        this.key = platform.apiKey();
    }

    static String body(String prompt, int maxTokens, boolean stream) {
        return """
                {"model":"%s","stream":%s,"stream_options":%s,"temperature":0,"max_tokens":%d,
                 "messages":[{"role":"user","content":"%s"}]}""".formatted(Platform.MODEL, stream, stream ? "{\"include_usage\":true}" : "null", maxTokens, prompt);
    }

    HttpRequest.Builder request(String path, String body) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(90))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> post(String path, String body) {
        return send(request(path, body).build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            Published.check(answer, answer.body());
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Streams to the end; every line is shown as it comes. */
    CompletableFuture<Streamed> stream(String prompt, int maxTokens, Consumer<String> onLine) {
        HttpRequest request =
                request("/v1/chat/completions", body(prompt, maxTokens, true)).build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
                .thenApplyAsync(
                        response -> collect(response, onLine),
                        command -> Thread.ofVirtual().start(command));
    }

    Streamed stream(String prompt, int maxTokens) {
        return stream(prompt, maxTokens, line -> {}).join();
    }

    private static Streamed collect(HttpResponse<Stream<String>> response, Consumer<String> onLine) {
        List<String> lines = new ArrayList<>();
        try (Stream<String> body = response.body()) {
            body.forEach(line -> {
                lines.add(line);
                onLine.accept(line);
            });
        }
        Published.check(response, String.join("\n", lines));
        return new Streamed(
                response.statusCode(),
                response.headers().firstValue("x-request-id").orElse(""),
                lines);
    }

    /** One answer, line by line. */
    record Streamed(int status, String requestId, List<String> lines) {

        List<JsonNode> chunks() {
            return lines.stream()
                    .filter(line -> line.startsWith("data: ") && !line.equals("data: [DONE]"))
                    .map(line -> Platform.JSON.readTree(line.substring("data: ".length())))
                    .toList();
        }

        String text() {
            StringBuilder text = new StringBuilder();
            chunks().forEach(chunk -> text.append(
                    chunk.path("choices").path(0).path("delta").path("content").asString("")));
            return text.toString();
        }

        boolean done() {
            return lines.contains("data: [DONE]");
        }

        boolean failed() {
            return chunks().stream().anyMatch(chunk -> chunk.has("error"));
        }

        List<String> comments() {
            return lines.stream().filter(line -> line.startsWith(":")).toList();
        }
    }
}
