// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** All commands as a person has them, with what they print, beside a service that answers as a test says. */
public final class Terminal implements AutoCloseable {
    /** What the service was asked: method, path with query, author where one is told, body. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new TreeMap<>();
    private final Path folder;
    private final HttpServer server;

    /** Answers a request. */
    @FunctionalInterface
    public interface Service {
        void answer(HttpExchange exchange, String asked) throws IOException;
    }

    public Terminal(Path folder, Service service) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                String person = exchange.getRequestHeaders().getFirst("x-rivulet-principal-token");
                String line = exchange.getRequestMethod() + " " + exchange.getRequestURI()
                        + (person == null ? "" : " from " + person) + (body.isEmpty() ? "" : " " + body);
                asked.add(line);
                service.answer(exchange, line);
            }
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort();
        environment.put("RIVULET_REGISTRY_URL", url);
        environment.put("RIVULET_CONFIG_URL", url);
        environment.put("RIVULET_INTERNAL_TOKEN", "token");
        environment.put("USER", "ada");
        environment.put("RIVULET_PRINCIPAL_TOKEN", "ada");
    }

    /** Another variable of the environment. */
    public Terminal with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Runs a command and gives its exit code; what was printed before is forgotten. */
    public int run(String... arguments) {
        out.reset();
        err.reset();
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), folder),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Rivulet.commands(context).execute(arguments);
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Answers with JSON. */
    public static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
