// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * As much of a model registry as a handover asks for: what is there stays, what is said again the same is answered with 200, and
 * anything else with 409. It can fail before it does something, or after it did and before it says so.
 */
public final class ScriptedRegistry implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** When an answer is lost. */
    public enum Failure {
        BEFORE,
        AFTER,
        NONE
    }

    private final HttpServer server;
    private final Map<String, byte[]> blobs = new TreeMap<>();
    private final Map<String, JsonNode> models = new TreeMap<>();
    private final Map<String, JsonNode> versions = new TreeMap<>();
    private final Map<String, JsonNode> edges = new TreeMap<>();
    private final Map<String, String> champions = new TreeMap<>();
    private final List<JsonNode> rollouts = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final Deque<Failure> failures = new ArrayDeque<>();

    public ScriptedRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What becomes of the next requests. */
    public synchronized void fails(List<Failure> next) {
        failures.clear();
        failures.addAll(next);
    }

    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    /** {@code model/version} to what was registered. */
    public synchronized Map<String, JsonNode> versions() {
        return new TreeMap<>(versions);
    }

    /** {@code model/version kind target} to what was stated. */
    public synchronized Map<String, JsonNode> edges() {
        return new TreeMap<>(edges);
    }

    public synchronized List<JsonNode> rollouts() {
        return List.copyOf(rollouts);
    }

    public synchronized Map<String, String> champions() {
        return new TreeMap<>(champions);
    }

    public synchronized byte[] blob(String sha256) {
        byte[] blob = blobs.get(sha256);
        if (blob == null) {
            throw new AssertionError("there is no blob " + sha256);
        }
        return blob;
    }

    private record Answer(int status, String body) {}

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            Failure failure = failures.isEmpty() ? Failure.NONE : failures.removeFirst();
            if (failure == Failure.BEFORE) {
                return; // the connection is closed without an answer
            }
            Answer answer = of(exchange, path.substring(1).split("/"), body);
            if (failure == Failure.AFTER) {
                return;
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head || bytes.length == 0 ? -1 : bytes.length);
            if (!head) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private Answer of(HttpExchange exchange, String[] path, byte[] body) {
        String method = exchange.getRequestMethod();
        if (path[1].equals("blobs")) {
            return method.equals("HEAD") ? new Answer(blobs.containsKey(path[2]) ? 200 : 404, "") : put(path[2], body);
        }
        if (path[1].equals("rollouts")) {
            return method.equals("GET") ? new Answer(200, "{\"rollouts\":" + rollouts + "}") : started(body);
        }
        if (path.length == 2) {
            return kept(models, JSON.readTree(body).path("name").asString(), body);
        }
        String model = path[2];
        if (path.length == 3) {
            return models.containsKey(model) ? new Answer(200, view(model)) : new Answer(404, "{}");
        }
        return switch (path[path.length - 1]) {
            case "versions" -> registered(model, body);
            case "lineage" -> {
                JsonNode edge = JSON.readTree(body);
                String what =
                        edge.path("kind").asString() + " " + edge.path("target").asString();
                yield kept(edges, model + "/" + path[4] + " " + what, body);
            }
            default -> {
                champions.put(model, JSON.readTree(body).path("version").asString());
                yield new Answer(200, view(model));
            }
        };
    }

    private String view(String model) {
        String champion = champions.get(model);
        return "{\"name\":\"" + model + "\",\"aliases\":"
                + (champion == null ? "{}" : "{\"champion\":\"" + champion + "\"}") + "}";
    }

    private Answer put(String sha256, byte[] body) {
        if (!sha256.equals(sha256(body))) {
            return new Answer(400, "{\"detail\":\"the digest is another\"}");
        }
        return new Answer(blobs.put(sha256, body) == null ? 201 : 200, "{}");
    }

    private Answer registered(String model, byte[] body) {
        JsonNode version = JSON.readTree(body);
        for (JsonNode file : version.path("files")) {
            byte[] blob = blobs.get(file.path("sha256").asString());
            if (blob == null || blob.length != file.path("size").asInt()) {
                return new Answer(404, "{\"detail\":\"a blob is missing\"}");
            }
        }
        return kept(versions, model + "/" + version.path("version").asString(), body);
    }

    private Answer started(byte[] body) {
        JsonNode rollout = JSON.readTree(body);
        if (rollout.path("model").asString().equals("refusing")) {
            return new Answer(409, "{\"detail\":\"another rollout has not ended\"}");
        }
        String candidate = rollout.path("candidate").asString();
        rollouts.add(JSON.readTree("{\"id\":\"r-" + rollouts.size() + "\",\"candidate\":\"" + candidate + "\"}"));
        return new Answer(201, rollouts.getLast().toString());
    }

    private static Answer kept(Map<String, JsonNode> things, String name, byte[] body) {
        JsonNode now = JSON.readTree(body);
        @Nullable JsonNode before = things.putIfAbsent(name, now);
        if (before == null) {
            return new Answer(201, "{}");
        }
        return before.equals(now) ? new Answer(200, "{}") : new Answer(409, "{\"detail\":\"it is another\"}");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
