package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.registry.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.web.server.LocalServerPort;

@WholeRegistry
class BlobsOverHttpIT {

    private static final String NONE = "0".repeat(64);

    @LocalServerPort
    private int port;

    @Value("${rivulet.artifacts.folder}")
    @Autowired
    private Path folder;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aBlobIsKeptReadBackAndKnownTheSecondTime() {
        byte[] bytes = "the bytes of a model".getBytes(UTF_8);
        String path = "/api/blobs/" + Client.sha256(bytes);

        assertThat(client.putBlob(bytes).status()).isEqualTo(201);
        assertThat(client.putBlob(bytes).status()).isEqualTo(200);

        Answer read = client.get(path);
        assertThat(read.response().body()).isEqualTo(bytes);
        assertThat(read.header("etag")).isEqualTo("\"" + Client.sha256(bytes) + "\"");
        Answer head = client.send(client.request(path).HEAD());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("content-length")).isEqualTo(Integer.toString(bytes.length));
        assertThat(client.send(client.request("/api/blobs/" + NONE).HEAD()).status())
                .isEqualTo(404);
    }

    @Test
    void aRangeIsAnsweredWithThatPart() {
        byte[] bytes = "0123456789".getBytes(UTF_8);
        client.putBlob(bytes);
        String path = "/api/blobs/" + Client.sha256(bytes);

        Answer part = client.send(client.request(path).header("range", "bytes=4-"));
        assertThat(part.status()).isEqualTo(206);
        assertThat(new String(part.response().body(), UTF_8)).isEqualTo("456789");
        assertThat(part.header("content-range")).isEqualTo("bytes 4-9/10");
        Answer beyond = client.send(client.request(path).header("range", "bytes=99-"));
        assertThat(beyond.status()).isEqualTo(416);
    }

    @Test
    void bytesOfAnotherDigestAreRefusedAndNothingIsKept() throws IOException {
        List<Path> before = files();

        Answer refused = client.putBlob(NONE, "not these".getBytes(UTF_8));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("digest_mismatch");
        assertThat(refused.header("content-type")).contains("application/problem+json");
        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
                "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "000000000000000000000000000000000000000000000000000000000000000g",
                "00000000000000000000000000000000000000000000000000000000000000000",
                "ABCDEF0000000000000000000000000000000000000000000000000000000000"
            })
    void anAddressOfAnotherFormIsRefused(String address) {
        Answer put = client.send(client.request("/api/blobs/" + address).PUT(BodyPublishers.ofString("x")));
        assertThat(put.status()).isBetween(400, 404);
        assertThat(client.get("/api/blobs/" + address).status()).isBetween(400, 404);
    }

    @Test
    void aBlobOverTheLimitIsRefusedByItsLengthAndByItsBytes() throws IOException {
        long tooMuch = 256L * 1024 * 1024 + 1;
        List<Path> before = files();

        Answer chunked = client.send(
                client.request("/api/blobs/" + NONE).PUT(BodyPublishers.ofInputStream(() -> new Pattern(tooMuch))));

        assertThat(chunked.status()).isEqualTo(413);
        assertThat(chunked.code()).isEqualTo("request_too_large");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void manyUploadsOfOneBlobAtOnceAreAllFineAndLeaveOneFile() throws Exception {
        byte[] bytes = new Pattern(3_000_000).readAllBytes();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> new Client(port).putBlob(bytes).status()));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isIn(200, 201);
            }
        }
        assertThat(files().stream().filter(file -> file.endsWith(Client.sha256(bytes))))
                .hasSize(1);
        assertThat(files()).noneMatch(file -> file.toString().endsWith(".part"));
        assertThat(client.get("/api/blobs/" + Client.sha256(bytes)).response().body())
                .isEqualTo(bytes);
    }

    @Test
    void aBlobThatIsCutOffLeavesNothing() throws IOException {
        List<Path> before = files();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("PUT /api/blobs/" + NONE
                                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nfew")
                            .getBytes(UTF_8));
        }
        await().untilAsserted(() -> assertThat(files()).isEqualTo(before));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            return List.of(folder);
        }
    }

    /** Bytes from a pattern, made as they are read. */
    static final class Pattern extends InputStream {
        private final long size;
        private long at;

        Pattern(long size) {
            this.size = size;
        }

        @Override
        public int read() {
            return at < size ? (int) (at++ * 31 & 0xff) : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (at >= size) {
                return -1;
            }
            int count = (int) Math.min(length, size - at);
            for (int i = 0; i < count; i++) {
                bytes[offset + i] = (byte) (at++ * 31);
            }
            return count;
        }
    }
}
