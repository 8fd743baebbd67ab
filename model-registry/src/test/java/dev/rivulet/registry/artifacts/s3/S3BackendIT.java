// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.CuttingProxy;
import dev.rivulet.registry.artifacts.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** What goes beyond the contract: parts, broken connections, and refusals of a real server. */
class S3BackendIT {

    private static final int SIZE = (12 << 20) + 17;

    @TempDir
    private Path folder;

    private final Map<String, String> bucket = S3Server.shared().newBucket();

    private S3Backend with(String setting, String value) {
        bucket.put(setting, value);
        return TestBackends.open(bucket);
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[SIZE];
        new Random(9).nextBytes(bytes);
        return bytes;
    }

    private Path file() throws IOException {
        return Files.write(folder.resolve("large"), bytes());
    }

    @Test
    void aLargeObjectIsSentInPartsAndReadAsOne() throws IOException {
        try (S3Backend backend = with("part-size", "5MB")) {
            backend.put("aa", file());
            assertThat(backend.find("aa").orElseThrow().size()).isEqualTo(SIZE);
            try (InputStream in = backend.open("aa", 11 << 20)) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes(), 11 << 20, SIZE));
            }
        }
    }

    @Test
    void anObjectIsReadToItsEndOverConnectionsThatBreak() throws IOException {
        try (CuttingProxy network = new CuttingProxy(S3Server.shared().port());
                S3Backend near = with("attempts", "20");
                S3Backend far = with("endpoint", "http://127.0.0.1:" + network.port())) {
            near.put("aa", file());
            network.cutAfter(500_000);
            byte[] read = new byte[SIZE];
            try (InputStream in = far.open("aa", 0)) {
                for (int tenth = 0; tenth < 10; tenth++) {
                    int from = SIZE / 10 * tenth;
                    assertThat(in.readNBytes(read, from, SIZE / 10)).isEqualTo(SIZE / 10);
                    network.cutAfter(500_000);
                }
                assertThat(in.readNBytes(read, SIZE / 10 * 10, SIZE % 10)).isEqualTo(SIZE % 10);
            }
            assertThat(read).isEqualTo(bytes());
            assertThat(network.cuts()).isPositive();
        }
    }

    @Test
    void anUploadIsSentAgainWhereItsConnectionBreaks() throws IOException {
        try (CuttingProxy network = new CuttingProxy(S3Server.shared().port());
                S3Backend far = with("endpoint", "http://127.0.0.1:" + network.port())) {
            network.cutAfter(SIZE / 2);
            far.put("aa", file());
            assertThat(network.cuts()).isEqualTo(1);
            try (InputStream in = far.open("aa", 0)) {
                assertThat(in.readAllBytes()).isEqualTo(bytes());
            }
        }
    }

    @Test
    void aBitThatIsFlippedOnTheWayIsNotKept() throws IOException {
        try (CuttingProxy network = new CuttingProxy(S3Server.shared().port());
                S3Backend far = with("endpoint", "http://127.0.0.1:" + network.port())) {
            far.check();
            network.flipAfter(SIZE / 2);
            Path file = file();
            assertThatThrownBy(() -> far.put("aa", file)).isInstanceOf(StoreUnavailableException.class);
            assertThat(network.flips()).isEqualTo(1);
            assertThat(far.find("aa")).isEmpty();
        }
    }

    @Test
    void aWrongSecretIsToldAsOneAndNotTold() throws IOException {
        Path file = Files.writeString(folder.resolve("small"), "small");
        try (S3Backend stranger = with("secret-key", "not-the-secret")) {
            assertThatThrownBy(() -> stranger.put("aa", file))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("refuses the credentials (SignatureDoesNotMatch)")
                    .hasMessageNotContaining("not-the-secret");
            assertThatThrownBy(stranger::check).hasMessageContaining("refuses the credentials");
            assertThatThrownBy(() -> stranger.find("aa")).hasMessageContaining("refuses the credentials");
        }
    }

    @Test
    void aBucketThatIsNotThereIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("small"), "small");
        try (S3Backend nowhere = with("bucket", "no-such-bucket")) {
            assertThatThrownBy(() -> nowhere.put("aa", file))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("The bucket 'no-such-bucket' at http://127.0.0.1")
                    .hasMessageEndingWith("is not there");
            assertThatThrownBy(nowhere::check).hasMessageEndingWith("is not there");
            assertThatThrownBy(() -> nowhere.list("", 10)).hasMessageEndingWith("is not there");
        }
    }

    @Test
    void partsOfAnUploadThatNeverEndedAreRemovedOnceTheyAreOld() throws IOException {
        try (S3Backend backend = TestBackends.open(bucket);
                S3Client client = S3Server.shared().client()) {
            String name = Objects.requireNonNull(bucket.get("bucket"));
            client.createMultipartUpload(request -> request.bucket(name).key("blobs/aa"));
            backend.tidy(Instant.now().minus(Duration.ofHours(1)));
            assertThat(client.listMultipartUploads(
                                    request -> request.bucket(name).prefix("blobs/"))
                            .uploads())
                    .hasSize(1);
            backend.tidy(Instant.now().plus(Duration.ofHours(1)));
            assertThat(client.listMultipartUploads(
                                    request -> request.bucket(name).prefix("blobs/"))
                            .uploads())
                    .isEmpty();
        }
    }
}
