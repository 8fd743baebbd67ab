// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is asked of the model registry. Each request may be sent again, and then changes nothing. */
final class RegistryCalls {

    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final int LONGEST_REASON = 400;
    /** Answers that say nothing about what was asked. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private final HandoverSettings settings;
    private final JsonMapper json;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    RegistryCalls(HandoverSettings settings, JsonMapper json) {
        this.settings = settings;
        this.json = json;
    }

    /** The registry understood and does not want it; asking again would not help. */
    static final class RefusedByRegistryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final int status;

        RefusedByRegistryException(int status, String message) {
            super(message);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** Whether the registry has a blob; it then keeps it for a while. */
    boolean has(String sha256) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/api/blobs/" + sha256).method("HEAD", BodyPublishers.noBody()));
        if (answer.statusCode() == 404) {
            return false;
        }
        understood(answer, "HEAD /api/blobs");
        return true;
    }

    void put(WeightsFile file) throws IOException, InterruptedException {
        put(file.sha256(), BodyPublishers.concat(BodyPublishers.ofByteArray(file.header()), values(file)));
    }

    private static BodyPublisher values(WeightsFile file) throws IOException {
        try {
            return BodyPublishers.ofFile(file.values());
        } catch (FileNotFoundException e) {
            throw new IOException("the file of the version is gone", e);
        }
    }

    void put(String sha256, BodyPublisher body) throws IOException, InterruptedException {
        understood(send(request("/api/blobs/" + sha256).PUT(body)), "PUT /api/blobs");
    }

    /** Makes a model; one that is there already is as good. */
    void model(String name, String task, String description) throws IOException, InterruptedException {
        try {
            post("/api/models", Map.of("name", name, "task", task, "description", description));
        } catch (RefusedByRegistryException e) {
            if (e.status() != 409) {
                throw e;
            }
        }
    }

    /** @param files path, sha256 and size of each */
    void version(String model, String version, List<Map<String, Object>> files, Map<String, String> tags)
            throws IOException, InterruptedException {
        post("/api/models/" + model + "/versions", Map.of("version", version, "files", files, "tags", tags));
    }

    void lineage(String model, String version, String kind, String target, Map<String, String> facts)
            throws IOException, InterruptedException {
        post(
                "/api/models/" + model + "/versions/" + version + "/lineage",
                Map.of("kind", kind, "target", target, "facts", facts));
    }

    /** The version that an alias names, or an empty text. */
    String alias(String model, String alias) throws IOException, InterruptedException {
        JsonNode found = get("/api/models/" + model);
        return found.path("aliases").path(alias).asString("");
    }

    void putAlias(String model, String alias, String version) throws IOException, InterruptedException {
        String path = "/api/models/" + model + "/aliases/" + alias;
        understood(send(request(path).PUT(body(Map.of("version", version)))), "PUT " + path);
    }

    /** Rollouts of a model, the newest first. */
    JsonNode rollouts(String model) throws IOException, InterruptedException {
        return get("/api/rollouts?model=" + model).path("rollouts");
    }

    String start(Map<String, Object> rollout) throws IOException, InterruptedException {
        return post("/api/rollouts", rollout).path("id").asString("");
    }

    /**
     * Files of a version, by their paths.
     *
     * @throws RefusedByRegistryException if there is no such version
     */
    JsonNode files(String model, String version) throws IOException, InterruptedException {
        return get("/api/models/" + model + "/versions/" + version).path("files");
    }

    /** Fetches a blob into a file and holds it to its digest. */
    void fetch(String sha256, Path file) throws IOException, InterruptedException {
        HttpResponse<Path> answer =
                client.send(request("/api/blobs/" + sha256).GET().build(), BodyHandlers.ofFile(file));
        if (answer.statusCode() != 200) {
            throw new IOException("GET /api/blobs was answered with " + answer.statusCode());
        }
        if (!digest(file).equals(sha256)) {
            throw new IOException("the registry sent other bytes than those of " + sha256);
        }
    }

    static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return understood(send(request(path).GET()), "GET " + path);
    }

    private JsonNode post(String path, Object content) throws IOException, InterruptedException {
        return understood(send(request(path).POST(body(content))), "POST " + path);
    }

    private BodyPublisher body(Object content) {
        return BodyPublishers.ofByteArray(json.writeValueAsBytes(content));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.registry() + path))
                .timeout(settings.timeout())
                .header("content-type", "application/json");
        return settings.token().isEmpty() ? request : request.header("authorization", "Bearer " + settings.token());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private JsonNode understood(HttpResponse<String> answer, String what) throws IOException {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return answer.body().isBlank() ? json.createObjectNode() : parsed(answer.body(), what);
        }
        String reason = what + " was answered with " + status + ": " + detail(answer.body());
        if (status >= 400 && status < 500 && !PASSING.contains(status)) {
            throw new RefusedByRegistryException(status, reason);
        }
        throw new IOException(reason);
    }

    private JsonNode parsed(String body, String what) throws IOException {
        try {
            return json.readTree(body);
        } catch (JacksonException e) {
            throw new IOException(what + " was answered with something that is no JSON", e);
        }
    }

    private String detail(String body) {
        String text;
        try {
            text = json.readTree(body).path("detail").asString(body);
        } catch (JacksonException e) {
            text = body;
        }
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    void close() {
        client.shutdownNow();
    }
}
