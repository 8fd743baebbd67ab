// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.http;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One service's HTTP interface, called with a bearer token. */
public final class Api implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int LOWEST_ERROR = 400;
    private static final int WHOLE = 200;
    private static final int LONGEST_REFUSAL = 1 << 16;

    private final String service;
    private final String url;
    private final String token;
    private final HttpClient client;
    private final JsonMapper json = new JsonMapper();

    /**
     * @param service what the service is called in messages
     * @param url its address, without a slash at the end
     * @param token bearer token
     */
    public Api(String service, String url, String token) {
        this.service = service;
        this.url = url;
        this.token = token;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** Gets a JSON document. */
    public JsonNode get(String path, Duration timeout) throws InterruptedException {
        return parsed(succeeded("GET " + path, request(path, timeout).GET()));
    }

    /** Sends a JSON document and reads one. */
    public JsonNode send(String method, String path, Object body, Duration timeout) throws InterruptedException {
        return send(method, path, Map.of(), body, timeout);
    }

    /**
     * The same.
     *
     * @param headers by name, beside the usual ones
     */
    public JsonNode send(String method, String path, Map<String, String> headers, Object body, Duration timeout)
            throws InterruptedException {
        HttpRequest.Builder request = request(path, timeout)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(json.writeValueAsString(body)));
        headers.forEach(request::header);
        return parsed(succeeded(method + " " + path, request));
    }

    /** Asks for something to be done or removed, and reads no answer. */
    public void order(String method, String path, Duration timeout) throws InterruptedException {
        succeeded(method + " " + path, request(path, timeout).method(method, BodyPublishers.noBody()));
    }

    /** Status of a HEAD request. */
    public int head(String path, Duration timeout) throws InterruptedException {
        return exchange(request(path, timeout).HEAD(), BodyHandlers.discarding())
                .statusCode();
    }

    /**
     * What came back, whatever its status.
     *
     * @param call for messages
     * @param status HTTP status
     */
    public record Answer(String call, int status, HttpHeaders headers, String body) {

        /** A header; empty if there is none. */
        public String header(String name) {
            return headers.firstValue(name).orElse("");
        }

        /** What the service said, as an exception. */
        public ApiException refusal() {
            return ApiException.of(call, status, body);
        }
    }

    /**
     * Sends bytes, of which only a part is in memory at a time.
     *
     * @param headers by name
     * @throws IOException if no answer came; the service may have got a part of the bytes
     */
    public Answer transfer(
            String method, String path, Map<String, String> headers, BodyPublisher bytes, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, timeout).method(method, bytes);
        headers.forEach(request::header);
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        return new Answer(method + " " + path, answer.statusCode(), answer.headers(), answer.body());
    }

    /**
     * What is read as it comes.
     *
     * @param status HTTP status
     * @param body to be closed
     */
    public record Opened(int status, InputStream body) {}

    /**
     * Opens a document from one of its bytes on.
     *
     * @param from the first byte
     * @param timeout how long the answer may take to begin
     * @throws IOException if no answer came
     */
    public Opened open(String path, long from, Duration timeout) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path, timeout).GET();
        if (from > 0) {
            request.header("range", "bytes=" + from + "-");
        }
        HttpResponse<InputStream> answer = client.send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() >= LOWEST_ERROR) {
            try (InputStream told = answer.body()) {
                String reason = new String(told.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8);
                throw ApiException.of("GET " + path, answer.statusCode(), reason);
            }
        }
        return new Opened(answer.statusCode(), answer.body());
    }

    /**
     * Sends a JSON document and gives the lines of the answer as they come; the stream is to be closed.
     *
     * @param timeout how long the answer may take to begin
     */
    public Stream<String> lines(String path, Object body, Duration timeout) throws InterruptedException {
        HttpRequest.Builder request = request(path, timeout)
                .header("content-type", "application/json")
                .header("accept", "text/event-stream")
                .POST(BodyPublishers.ofString(json.writeValueAsString(body)));
        HttpResponse<Stream<String>> answer = exchange(request, BodyHandlers.ofLines());
        if (answer.statusCode() >= LOWEST_ERROR) {
            try (Stream<String> lines = answer.body()) {
                String told = String.join("\n", lines.limit(100).toList());
                throw ApiException.of("POST " + path, answer.statusCode(), told);
            }
        }
        return answer.body();
    }

    /** Some bytes of a document, from {@code from} to before {@code to}, which the service must have. */
    public byte[] bytes(String path, long from, long to, Duration timeout) throws InterruptedException {
        HttpRequest.Builder request = request(path, timeout)
                .header("range", "bytes=" + from + "-" + (to - 1))
                .GET();
        HttpResponse<byte[]> answer = exchange(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() >= LOWEST_ERROR) {
            throw ApiException.of(
                    "GET " + path, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        }
        byte[] body = answer.body();
        boolean whole = answer.statusCode() == WHOLE && body.length >= to;
        byte[] part = whole ? Arrays.copyOfRange(body, (int) from, (int) to) : body;
        if (part.length != to - from) {
            throw new UsageException(service + " at " + url + " gave " + part.length + " bytes of " + path + ", not "
                    + (to - from) + ".");
        }
        return part;
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(timeout)
                .header("authorization", "Bearer " + token);
    }

    private String succeeded(String call, HttpRequest.Builder request) throws InterruptedException {
        HttpResponse<String> answer = exchange(request, BodyHandlers.ofString());
        if (answer.statusCode() >= LOWEST_ERROR) {
            throw ApiException.of(call, answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws InterruptedException {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new UsageException("No answer from " + service + " at " + url + " ("
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                    + "). `./rivulet status` shows what runs, `./rivulet up` starts it.");
        }
    }

    private JsonNode parsed(String body) {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new UsageException(
                    service + " at " + url + " answered with something that is not JSON: " + ApiException.reason(body));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
