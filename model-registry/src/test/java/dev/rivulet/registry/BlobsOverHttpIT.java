// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.registry.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
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
        assertThat(beyond.header("content-range")).isEqualTo("bytes */10");
        Answer several = client.send(client.request(path).header("range", "bytes=0-1,4-5"));
        assertThat(several.status()).isEqualTo(200);
        Answer last = client.send(client.request(path).header("range", "bytes=-3"));
        assertThat(new String(last.response().body(), UTF_8)).isEqualTo("789");
    }

    @Test
    void aRangeOfAnotherBlobIsAnsweredWithTheWholeAndAKnownOneWithNothing() {
        byte[] bytes = "abcdefgh".getBytes(UTF_8);
        client.putBlob(bytes);
        String path = "/api/blobs/" + Client.sha256(bytes);
        String etag = "\"" + Client.sha256(bytes) + "\"";

        Answer same =
                client.send(client.request(path).header("range", "bytes=2-3").header("if-range", etag));
        assertThat(same.status()).isEqualTo(206);
        assertThat(new String(same.response().body(), UTF_8)).isEqualTo("cd");
        Answer other =
                client.send(client.request(path).header("range", "bytes=2-3").header("if-range", "\"other\""));
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.response().body()).isEqualTo(bytes);
        Answer known = client.send(client.request(path).header("if-none-match", etag));
        assertThat(known.status()).isEqualTo(304);
        assertThat(same.header("repr-digest")).startsWith("sha-256=:").endsWith("=:");
        assertThat(same.header("accept-ranges")).isEqualTo("bytes");
    }

    @Test
    void anUploadInPiecesIsKeptAndAWrongOneIsNot() throws IOException {
        byte[] bytes = new Pattern(150_000).readAllBytes();
        String form = "{\"sha256\":\"" + Client.sha256(bytes) + "\",\"size\":150000}";
        Answer opened = client.post("/api/uploads", form);
        assertThat(opened.status()).isEqualTo(201);
        String location = opened.header("location");

        assertThat(piece(location, 0, Arrays.copyOf(bytes, 70_000)).header("upload-offset"))
                .isEqualTo("70000");
        assertThat(piece(location, 7, bytes).code()).isEqualTo("conflict");
        Answer head = client.send(client.request(location).HEAD());
        assertThat(head.header("upload-offset")).isEqualTo("70000");
        assertThat(head.header("upload-length")).isEqualTo("150000");
        assertThat(client.post("/api/uploads", form).header("location")).isEqualTo(location);
        assertThat(finish(location).code()).isEqualTo("conflict");
        assertThat(piece(location, 70_000, Arrays.copyOfRange(bytes, 70_000, 150_000))
                        .status())
                .isEqualTo(204);
        assertThat(finish(location).status()).isEqualTo(201);
        assertThat(finish(location).status()).isEqualTo(404);
        assertThat(client.get("/api/blobs/" + Client.sha256(bytes)).response().body())
                .isEqualTo(bytes);
        assertThat(client.post("/api/uploads", form).body().path("complete").asBoolean())
                .isTrue();

        String wrong = client.post("/api/uploads", "{\"sha256\":\"" + NONE + "\",\"size\":3}")
                .header("location");
        piece(wrong, 0, "abc".getBytes(UTF_8));
        assertThat(finish(wrong).code()).isEqualTo("digest_mismatch");
        assertThat(client.send(client.request("/api/blobs/" + NONE).HEAD()).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"sha256\":\"abc\",\"size\":1}",
                "{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}",
                "{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"size\":-1}"
            })
    void anUploadThatSaysTooLittleIsRefused(String form) {
        assertThat(client.post("/api/uploads", form).status()).isEqualTo(400);
        assertThat(client.get("/api/uploads/x").status()).isEqualTo(400);
        assertThat(client.get("/api/uploads/00000000-0000-0000-0000-000000000000")
                        .status())
                .isEqualTo(404);
        assertThat(client.send(client.request("/api/uploads/00000000-0000-0000-0000-000000000000")
                                .method("PATCH", BodyPublishers.ofString("x")))
                        .code())
                .isEqualTo("missing_parameter");
    }

    private Answer piece(String location, long offset, byte[] bytes) {
        return client.send(client.request(location)
                .header("upload-offset", Long.toString(offset))
                .method("PATCH", BodyPublishers.ofByteArray(bytes)));
    }

    private Answer finish(String location) {
        return client.send(client.request(location).PUT(BodyPublishers.noBody()));
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
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(files()).isEqualTo(before));
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

        /** The SHA-256 of so many bytes. */
        static String digest(long size) {
            try {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                new DigestInputStream(new Pattern(size), sha256).transferTo(OutputStream.nullOutputStream());
                return HexFormat.of().formatHex(sha256.digest());
            } catch (IOException | NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The same bytes from a place on. */
        Pattern from(long offset) {
            at = offset;
            return this;
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
