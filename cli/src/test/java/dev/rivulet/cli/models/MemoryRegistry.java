// SPDX-License-Identifier: Apache-2.0
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
    final List<Long> offsets = new CopyOnWriteArrayList<>();
    private final Digesting upload = new Digesting();
    private final HttpServer server;
    private String announced = "";
    volatile int breakAfter = Integer.MAX_VALUE;

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
        } else if (path.startsWith("/api/uploads")) {
            upload(exchange, path);
        } else {
            writes.add(method + " " + path);
            store(path, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            reply(exchange, 201, "{}");
        }
    }

    private void blob(HttpExchange exchange, String path) throws IOException {
        Digesting blob = new Digesting();
        try (InputStream body = exchange.getRequestBody()) {
            blob.take(body, Long.MAX_VALUE);
        }
        long size = blob.size;
        boolean sound = path.endsWith("/" + blob.end());
        if (sound) {
            writes.add("PUT " + path);
            kept.put(path, Long.toString(size));
        }
        reply(exchange, sound ? 201 : 422, "{}");
    }

    /** One upload at a time; a piece breaks off where it is told to. */
    private void upload(HttpExchange exchange, String path) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    JsonNode asked = new JsonMapper().readTree(body.readAllBytes());
                    announced = asked.path("sha256").asString();
                    reply(exchange, 201, "{\"id\":\"1\",\"offset\":" + upload.size + ",\"complete\":false}");
                }
                case "PATCH" -> {
                    offsets.add(Long.valueOf(exchange.getRequestHeaders().getFirst("upload-offset")));
                    upload.take(body, breakAfter);
                    if (body.read() >= 0) {
                        exchange.close();
                        return;
                    }
                    reply(exchange, 204, "");
                }
                default -> {
                    long size = upload.size;
                    boolean sound = announced.equals(upload.end());
                    if (sound) {
                        kept.put("/api/blobs/" + announced, Long.toString(size));
                    }
                    reply(exchange, sound ? 201 : 400, sound ? "{}" : "{\"detail\":\"another digest\"}");
                }
            }
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

    /** What a model does, as it was told. */
    String task(String model) {
        return new JsonMapper()
                .readTree(kept.getOrDefault("/api/models/" + model, "{}"))
                .path("task")
                .asString("");
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

    /** What has come of a blob, of which digest and size are kept. */
    private static final class Digesting {

        private final MessageDigest digest = sha256();
        private final byte[] buffer = new byte[1 << 16];
        private long size;

        void take(InputStream body, long most) throws IOException {
            long left = most;
            while (left > 0) {
                int read = body.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    return;
                }
                digest.update(buffer, 0, read);
                size += read;
                left -= read;
            }
        }

        /** The digest; what comes from now on is another blob. */
        String end() {
            size = 0;
            return HexFormat.of().formatHex(digest.digest());
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
