// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** One bit of a large blob is flipped: on the disk, on its way up, on its way down. */
final class FlippedBits {

    private FlippedBits() {}

    /**
     * Asserts that each of them is caught.
     *
     * @param artifacts the folder of the registry, which has the blob
     * @param sha256 of the pattern of so many bytes
     */
    static void areCaught(int port, Path artifacts, String sha256, long size) throws Exception {
        Client client = new Client(port);
        try (CuttingProxy network = new CuttingProxy(port)) {
            network.flipAfter(size / 3);
            assertThat(new Client(network.port()).digestOf("/api/blobs/" + sha256))
                    .as("who downloads sees another digest")
                    .isNotEqualTo(sha256);

            Path blob = blob(artifacts, sha256);
            flip(blob, size / 2);
            assertThatThrownBy(() -> client.digestOf("/api/blobs/" + sha256))
                    .as("the registry breaks the answer off")
                    .hasRootCauseInstanceOf(IOException.class);
            Files.delete(blob);

            network.flipAfter(size / 3);
            Client far = new Client(network.port());
            Client.Answer refused = far.send(far.request("/api/blobs/" + sha256)
                    .PUT(BodyPublishers.fromPublisher(
                            BodyPublishers.ofInputStream(() -> new BlobsOverHttpIT.Pattern(size)), size)));
            assertThat(network.flips()).isEqualTo(2);
            assertThat(refused.code()).isEqualTo("digest_mismatch");
        }
    }

    private static Path blob(Path artifacts, String sha256) throws IOException {
        try (Stream<Path> files = Files.walk(artifacts.resolve("blobs"))) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.equals(sha256) || name.equals(sha256 + ".sealed");
                    })
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void flip(Path blob, long at) throws IOException {
        assertThat(blob.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile file = new RandomAccessFile(blob.toFile(), "rw")) {
            file.seek(at);
            int was = file.read();
            file.seek(at);
            file.write(was ^ 4);
        }
    }
}
