// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.artifacts.s3.S3Server;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two gigabytes through each back end, plain and sealed, over connections that break at every tenth, with a registry that is killed
 * at half. Minutes of work, so only where it is asked for.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeBlobsIT {

    private static final Logger log = LoggerFactory.getLogger(LargeBlobsIT.class);
    private static final long SIZE = 2L << 30;
    private static final long MOST_GROWTH = 64L << 20;

    private Path folder;
    private EmbeddedPostgres postgres;
    private Broker broker;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        broker = new Broker(folder.resolve("kafka"));
        broker.start();
    }

    @AfterAll
    void stop() throws IOException {
        broker.stop();
        postgres.close();
    }

    @ParameterizedTest
    @CsvSource({"disk, false", "disk, true", "s3, false", "s3, true"})
    void twoGigabytesGoUpAndDownWithinTheHeapOverConnectionsThatBreak(String backend, boolean sealed) throws Exception {
        String sha256 = BlobsOverHttpIT.Pattern.digest(SIZE);
        try (RegistryProcess registry =
                new RegistryProcess(environment(backend, sealed), folder.resolve("registry.log"))) {
            registry.startSmall();
            warm(registry);
            long begin = System.nanoTime();
            try (HeapWatch heap = new HeapWatch(registry);
                    BrokenTransfer transfer = new BrokenTransfer(registry.port(), sha256, SIZE, () -> {
                        registry.kill();
                        registry.startSmall();
                    })) {
                assertThat(transfer.upload()).isEqualTo(201);
                long up = System.nanoTime();
                assertThat(transfer.network().cuts()).isGreaterThanOrEqualTo(9);
                assertThat(transfer.download()).isEqualTo(sha256);
                assertThat(transfer.network().cuts()).isGreaterThanOrEqualTo(18);
                log.info(
                        "{} sealed={}: up {} s, down {} s, {} cuts, heap after GC {} MiB at rest, {} MiB at most of {} samples",
                        backend,
                        sealed,
                        Duration.ofNanos(up - begin).toSeconds(),
                        Duration.ofNanos(System.nanoTime() - up).toSeconds(),
                        transfer.network().cuts(),
                        heap.atRest() >> 20,
                        heap.most() >> 20,
                        heap.samples());
                if (backend.equals("disk")) {
                    FlippedBits.areCaught(registry.port(), folder.resolve(backend + sealed), sha256, SIZE);
                }
                assertThat(heap.samples()).isPositive();
                assertThat(heap.most() - heap.atRest()).isLessThanOrEqualTo(MOST_GROWTH);
            }
        }
    }

    /** What is loaded and made at the first request belongs to the registry at rest. */
    private static void warm(RegistryProcess registry) throws Exception {
        long size = 8L << 20;
        String sha256 = BlobsOverHttpIT.Pattern.digest(size);
        try (BrokenTransfer small = new BrokenTransfer(registry.port(), sha256, size, () -> {})) {
            assertThat(small.upload()).isEqualTo(201);
            assertThat(small.download()).isEqualTo(sha256);
        }
    }

    private Map<String, String> environment(String backend, boolean sealed) throws IOException {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "RIVULET_DATABASE_URL",
                postgres.getJdbcUrl("postgres", "postgres"),
                "RIVULET_KAFKA",
                broker.address(),
                "RIVULET_ARTIFACTS",
                folder.resolve(backend + sealed).toString(),
                "RIVULET_ARTIFACTS_BACKEND",
                backend,
                "SPRING_CLOUD_CONFIG_ENABLED",
                "false",
                // The second compiler has ciphers and digests as instructions of the processor: without it sealing
                // takes minutes.
                "_JAVA_OPTIONS",
                "-XX:TieredStopAtLevel=4"));
        if (sealed) {
            Path keys = folder.resolve("blob.keys");
            Files.writeString(keys, "one:" + Base64.getEncoder().encodeToString(new byte[32]));
            environment.put("RIVULET_ARTIFACTS_KEYS", keys.toString());
        }
        if (backend.equals("s3")) {
            S3Server.shared()
                    .newBucket()
                    .forEach((name, value) -> environment.put(
                            "RIVULET_ARTIFACTS_S3_" + name.replace("-", "").toUpperCase(Locale.ROOT), value));
        }
        return environment;
    }
}
