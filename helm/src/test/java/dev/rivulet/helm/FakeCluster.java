// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** As much of a cluster as Helm's {@code lookup} asks: which kinds there are, and one secret or none. */
final class FakeCluster implements AutoCloseable {

    /** Where surefire's {@code KUBECONFIG} points. */
    private static final Path CONFIG = Path.of("target/kubeconfig");

    private static final String KINDS = """
            {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[{"name":"secrets",\
            "singularName":"secret","namespaced":true,"kind":"Secret","verbs":["get","list"]}]}""";
    private static final String NOT_FOUND = """
            {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"not found"}""";

    private final HttpServer server;
    private final @Nullable Map<String, String> secret;

    private FakeCluster(@Nullable Map<String, String> secret) throws IOException {
        this.secret = secret;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Files.writeString(CONFIG, """
                apiVersion: v1
                kind: Config
                current-context: fake
                clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                users: [{name: fake, user: {}}]
                """.formatted(server.getAddress().getPort()));
    }

    /** A cluster whose namespace has this secret's data; null: it has none. */
    static FakeCluster with(@Nullable Map<String, String> secret) {
        try {
            return new FakeCluster(secret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/api/v1")) {
            reply(exchange, 200, KINDS);
        } else if (path.endsWith("/secrets/demo-rivulet-secrets") && secret != null) {
            String data = secret.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                    .collect(Collectors.joining(","));
            reply(
                    exchange,
                    200,
                    "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"demo-rivulet-secrets\"},\"data\":{"
                            + data + "}}");
        } else {
            reply(exchange, 404, NOT_FOUND);
        }
    }

    private static void reply(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
