package dev.rivulet.cli.models;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A registry that keeps what it is told in memory, blobs by their digest and size alone. */
final class MemoryRegistry implements AutoCloseable {
    final Map<String, String> kept = new ConcurrentHashMap<>();
    final Map<String, String> aliases = new TreeMap<>();
    final List<String> writes = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    MemoryRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (!exchange.getRequestHeaders().getFirst("authorization").equals("Bearer token")) {
            reply(exchange, 401, "{\"detail\":\"no\"}");
        } else if (method.equals("GET") || method.equals("HEAD")) {
            reply(exchange, kept.containsKey(path) ? 200 : 404, method.equals("HEAD") ? "" : view(path));
        } else if (path.startsWith("/api/blobs/")) {
            blob(exchange, path);
        } else {
            writes.add(method + " " + path);
            store(path, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            reply(exchange, 201, "{}");
        }
    }

    private void blob(HttpExchange exchange, String path) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                digest.update(buffer, 0, read);
                size += read;
            }
            boolean sound = path.endsWith("/" + HexFormat.of().formatHex(digest.digest()));
            if (sound) {
                writes.add("PUT " + path);
                kept.put(path, Long.toString(size));
            }
            reply(exchange, sound ? 201 : 422, "{}");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String view(String path) {
        String names = new JsonMapper().writeValueAsString(aliases);
        return kept.containsKey(path) ? "{\"aliases\":" + names + "}" : "{\"detail\":\"there is none\"}";
    }

    private void store(String path, String body) {
        JsonNode json = new JsonMapper().readTree(body);
        if (path.equals("/api/models")) {
            kept.put("/api/models/" + json.path("name").asString(), body);
        } else if (path.endsWith("/versions")) {
            kept.put(path + "/" + json.path("version").asString(), body);
        } else {
            aliases.put(path.replaceFirst(".*/", ""), json.path("version").asString());
        }
    }

    /** The one version of a model, as it was told. */
    JsonNode version(String model) {
        String prefix = "/api/models/" + model + "/versions/";
        List<String> versions =
                kept.keySet().stream().filter(path -> path.startsWith(prefix)).toList();
        return new JsonMapper().readTree(versions.size() == 1 ? kept.get(versions.getFirst()) : "{}");
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
