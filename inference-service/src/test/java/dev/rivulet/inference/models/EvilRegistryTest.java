// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.access.AccessAutoConfiguration;
import dev.rivulet.access.ServiceToken;
import dev.rivulet.inference.RegistryStub;
import dev.rivulet.inference.models.ModelManifest.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.web.client.RestClient;

/** A registry that means harm, or somebody who answers in its place: a replica takes no byte more than it asked for. */
class EvilRegistryTest {

    @TempDir
    private Path folder;

    private final byte[] bytes = new byte[300_000];
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        new Random(5).nextBytes(bytes);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** What the registry does with a request. */
    @FunctionalInterface
    private interface Evil {
        void answer(HttpExchange exchange) throws IOException;
    }

    private void registry(Evil evil) {
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            try (exchange) {
                evil.answer(exchange);
            } catch (IOException e) {
                // The replica left.
            }
        });
    }

    private File file() {
        return new File("model.safetensors", RegistryStub.sha256(bytes), bytes.length);
    }

    private Path fetch() throws IOException {
        ModelsProperties properties = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("rivulet.models", ModelsProperties.class);
        URI registry = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (AnnotationConfigApplicationContext access =
                new AnnotationConfigApplicationContext(AccessAutoConfiguration.class)) {
            ServiceToken token = access.getBean(ServiceToken.class);
            return new BlobCache(folder, new HttpBlobSource(RestClient.builder(), token, properties))
                    .fetch(file(), registry);
        }
    }

    private void assertNothingIsKept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("blobs"))) {
            assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isZero();
        }
    }

    @Test
    void aBodyWithoutEndIsLeft() throws IOException {
        registry(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (int i = 0; i < 100_000; i++) {
                out.write(bytes);
            }
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("sends more than 300000 bytes");
        assertNothingIsKept();
    }

    @Test
    void aBombThatIsPackedIsNoFile() throws IOException {
        registry(exchange -> {
            exchange.getResponseHeaders().set("content-encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            try (GZIPOutputStream packed = new GZIPOutputStream(exchange.getResponseBody())) {
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 64; i++) {
                    packed.write(zeros);
                }
            }
        });
        assertThatThrownBy(this::fetch).isInstanceOf(IOException.class).hasMessageContaining("model.safetensors");
        assertNothingIsKept();
    }

    @Test
    void nobodyIsFollowedElsewhere() {
        registry(exchange -> {
            exchange.getResponseHeaders().set("location", "/api/blobs/elsewhere");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("answered 302");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aRealmElsewhereIsNotAskedForAToken() {
        registry(exchange -> {
            exchange.getResponseHeaders()
                    .set("www-authenticate", "Bearer realm=\"http://127.0.0.1:1/token\",service=\"evil\"");
            exchange.sendResponseHeaders(401, -1);
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("answered 401");
        assertThat(asked).hasSize(1);
    }

    @Test
    void theWholeInPlaceOfTheRestIsTakenFromItsBeginning() throws IOException {
        Path part = Files.createDirectories(folder.resolve("blobs")).resolve(file().sha256() + ".part");
        Files.write(part, new byte[1000]);
        registry(exchange -> {
            assertThat(exchange.getRequestHeaders().getFirst("range")).isEqualTo("bytes=1000-");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
        assertThat(fetch()).hasBinaryContent(bytes);
    }

    @Test
    void theRestFromAnotherPlaceIsNotTaken() throws IOException {
        Path part = Files.createDirectories(folder.resolve("blobs")).resolve(file().sha256() + ".part");
        Files.write(part, new byte[1000]);
        registry(exchange -> {
            exchange.getResponseHeaders().set("content-range", "bytes 0-299999/300000");
            exchange.sendResponseHeaders(206, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
        assertThatThrownBy(this::fetch).hasMessageContaining("answered 206");
    }
}
