package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Registers folders with a registry that keeps what it is told in memory. */
class RegistryTest {
    @TempDir
    Path folder;

    final Map<String, String> kept = new TreeMap<>();
    final Map<String, String> aliases = new TreeMap<>();
    final List<String> writes = new CopyOnWriteArrayList<>();
    HttpServer server;
    Api api;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        api = new Api(
                "model-registry", "http://127.0.0.1:" + server.getAddress().getPort(), "token");
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String method = exchange.getRequestMethod();
        if (!exchange.getRequestHeaders().getFirst("authorization").equals("Bearer token")) {
            reply(exchange, 401, "{\"detail\":\"no\"}");
        } else if (method.equals("GET") || method.equals("HEAD")) {
            reply(exchange, kept.containsKey(path) ? 200 : 404, method.equals("HEAD") ? "" : view(path));
        } else {
            writes.add(method + " " + path);
            store(path, body);
            reply(exchange, 201, "{}");
        }
    }

    private String view(String path) {
        String names = new JsonMapper().writeValueAsString(aliases);
        return kept.containsKey(path) ? "{\"aliases\":" + names + "}" : "{\"detail\":\"there is none\"}";
    }

    private void store(String path, String body) {
        JsonNode json = new JsonMapper().readTree(path.startsWith("/api/blobs") ? "{}" : body);
        if (path.equals("/api/models")) {
            kept.put("/api/models/" + json.path("name").asString(), body);
        } else if (path.endsWith("/versions")) {
            kept.put(path + "/" + json.path("version").asString(), body);
        } else if (path.contains("/aliases/")) {
            aliases.put(path.replaceFirst(".*/", ""), json.path("version").asString());
        } else {
            kept.put(path, body);
        }
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Path model(String weights) throws IOException {
        Path model = Files.createDirectories(folder.resolve("My Model"));
        Files.writeString(model.resolve("config.json"), "{\"architectures\":[\"LlamaForCausalLM\"]}");
        Files.writeString(model.resolve("model.safetensors"), weights);
        Files.writeString(model.resolve(".hidden"), "x");
        return model;
    }

    private Registry.Registration register(Path model, boolean move) throws Exception {
        return new Registry(api).register(new Registry.Wanted(model, "", "", "", "champion", move, ""));
    }

    @Test
    void aFolderBecomesAModelItsFilesAVersionAndTheChampion() throws Exception {
        Registry.Registration done = register(model("w"), true);

        assertThat(done.model()).isEqualTo("my-model");
        assertThat(done.task()).isEqualTo("text-generation");
        assertThat(done.created()).isTrue();
        assertThat(done.version()).matches("[0-9a-f]{12}");
        assertThat(aliases).containsEntry("champion", done.version());
        JsonNode version = new JsonMapper().readTree(kept.get("/api/models/my-model/versions/" + done.version()));
        assertThat(version.path("files").values().stream()
                        .map(file -> file.path("path").asString()))
                .containsExactly("config.json", "model.safetensors");
        assertThat(kept.keySet())
                .filteredOn(path -> path.startsWith("/api/blobs/"))
                .hasSize(2);
    }

    @Test
    void aSecondTimeUploadsNothing() throws Exception {
        Registry.Registration first = register(model("w"), true);
        writes.clear();

        Registry.Registration second = register(model("w"), true);

        assertThat(second.created()).isFalse();
        assertThat(second.uploaded()).isZero();
        assertThat(second.version()).isEqualTo(first.version());
        assertThat(writes).noneMatch(write -> write.contains("/api/blobs/"));
    }

    @Test
    void anAliasThatSomeoneMovedStaysUnlessItIsToBeMoved() throws Exception {
        Registry.Registration done = register(model("w"), false);
        aliases.put("champion", "other");

        register(model("w"), false);
        assertThat(aliases).containsEntry("champion", "other");

        register(model("w"), true);
        assertThat(aliases).containsEntry("champion", done.version());
    }

    @Test
    void otherWeightsAreAnotherVersionThatLeads() throws Exception {
        Registry.Registration first = register(model("w"), false);
        Registry.Registration second = register(model("x"), false);

        assertThat(second.version()).isNotEqualTo(first.version());
        assertThat(aliases).containsEntry("champion", second.version());
    }

    @Test
    void aFolderThatIsNoModelIsRefusedInWords() {
        assertThatThrownBy(() -> register(folder, true))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("config.json is missing");
    }

    @Test
    void anErrorOfTheRegistryIsHandedOn() throws Exception {
        Path model = model("w");
        try (Api stranger = new Api(
                "model-registry", "http://127.0.0.1:" + server.getAddress().getPort(), "wrong")) {
            Registry registry = new Registry(stranger);
            assertThatThrownBy(() -> registry.register(new Registry.Wanted(model, "", "", "", "a", true, "")))
                    .hasMessageContainingAll("401", "no");
        }
    }
}
