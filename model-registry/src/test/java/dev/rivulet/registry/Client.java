// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Talks to the registry as any client would: plain HTTP and JSON. */
public final class Client {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = JsonMapper.shared();
    private final String url;

    public Client(int port) {
        this.url = "http://127.0.0.1:" + port;
    }

    /** An answer with its body as JSON, or a missing node. */
    public record Answer(int status, HttpResponse<byte[]> response, JsonNode body) {
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public String code() {
            return body.path("code").asString("");
        }

        public String param() {
            return body.path("param").asString("");
        }
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(60));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            boolean isJson = response.headers()
                    .firstValue("content-type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            return new Answer(
                    response.statusCode(),
                    response,
                    isJson && response.body().length > 0 ? json.readTree(response.body()) : json.missingNode());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The body of an answer as text. */
    public String text(String path) {
        return new String(get(path).response().body(), StandardCharsets.UTF_8);
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer post(String path, String body) {
        return send(json(path).POST(BodyPublishers.ofString(body)));
    }

    public Answer put(String path, String body) {
        return send(json(path).PUT(BodyPublishers.ofString(body)));
    }

    /** Sends JSON by a method that has no name here, such as PATCH, or a body with DELETE. */
    public Answer send(String method, String path, String body) {
        return send(json(path).method(method, BodyPublishers.ofString(body)));
    }

    public HttpRequest.Builder json(String path) {
        return request(path).header("content-type", "application/json");
    }

    public Answer putBlob(byte[] bytes) {
        return putBlob(sha256(bytes), bytes);
    }

    public Answer putBlob(String sha256, byte[] bytes) {
        return send(request("/api/blobs/" + sha256).PUT(BodyPublishers.ofByteArray(bytes)));
    }

    /** Uploads a text as a blob and says its entry in a version. */
    public String file(String path, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putBlob(bytes);
        return file(path, sha256(bytes), bytes.length);
    }

    public static String file(String path, String sha256, long size) {
        return "{\"path\":\"" + path + "\",\"sha256\":\"" + sha256 + "\",\"size\":" + size + "}";
    }

    /** Creates a model. */
    public Answer create(String model) {
        return post(
                "/api/models", "{\"name\":\"" + model + "\",\"task\":\"text-generation\",\"description\":\"a model\"}");
    }

    /** Registers a version with one small file. */
    public Answer register(String model, String version) {
        return register(model, version, file("config.json", "{\"v\":\"" + version + "\"}"));
    }

    public Answer register(String model, String version, String files) {
        return post(
                "/api/models/" + model + "/versions",
                "{\"version\":\"" + version + "\",\"files\":[" + files + "],\"tags\":{\"by\":\"test\"}}");
    }

    public Answer alias(String model, String alias, String version) {
        return put("/api/models/" + model + "/aliases/" + alias, "{\"version\":\"" + version + "\"}");
    }

    /** The sum of a metric over its tags. */
    public double metric(String name) {
        return new String(get("/actuator/prometheus").response().body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Reads a body without keeping it; says its SHA-256. */
    public String digestOf(String path) {
        try (InputStream in =
                http.send(request(path).build(), BodyHandlers.ofInputStream()).body()) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
