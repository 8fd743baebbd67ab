// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client;
import dev.rivulet.registry.WholeRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.transaction.support.TransactionOperations;

@WholeRegistry
class CollectionIT {

    private static final int ROUNDS = 40;

    @LocalServerPort
    private int port;

    @Autowired
    private BlobStore store;

    @Autowired
    private BlobLedger ledger;

    @Autowired
    private List<BlobReferences> references;

    @Autowired
    private TransactionOperations transactions;

    @Autowired
    private ArtifactsSettings settings;

    private Client client;

    /** Sees every blob as two days old. */
    private BlobCollector impatient;

    @BeforeEach
    void connect() {
        client = new Client(port);
        impatient = new BlobCollector(
                store,
                ledger,
                references,
                transactions,
                settings,
                Clock.offset(Clock.systemUTC(), Duration.ofDays(2)),
                new SimpleMeterRegistry());
    }

    private boolean isThere(String text) {
        return store.find(new Sha256(Client.sha256(text.getBytes(UTF_8)))).isPresent();
    }

    @Test
    void aCollectionTakesWhatNoVersionNamesAndLeavesTheRest() throws Exception {
        client.create("collected");
        client.register("collected", "1", client.file("config.json", "kept by its version"));
        client.file("config.json", "named by nobody");

        Client.Answer preview = client.get("/api/artifacts/collection");
        assertThat(preview.body().path("dry_run").asBoolean()).isTrue();
        assertThat(preview.body().path("collected").asLong()).isZero();
        assertThat(client.post("/api/artifacts/collection", "{}")
                        .body()
                        .path("collected")
                        .asLong())
                .isZero();
        assertThat(isThere("named by nobody")).isTrue();

        assertThat(impatient.collect(true).collected()).isPositive();
        assertThat(isThere("named by nobody")).isTrue();
        assertThat(impatient.collect(false).collected()).isPositive();
        assertThat(isThere("named by nobody")).isFalse();
        assertThat(isThere("kept by its version")).isTrue();
    }

    @Test
    void whoAsksForABlobAgainWritesNothing() {
        byte[] bytes = "asked for by many".getBytes(UTF_8);
        client.putBlob(bytes);
        Sha256 digest = new Sha256(Client.sha256(bytes));
        client.send(client.request("/api/blobs/" + digest).HEAD());
        Map<Sha256, Instant> first = ledger.seen(List.of(digest));

        assertThat(first).containsKey(digest);
        for (int i = 0; i < 5; i++) {
            assertThat(client.send(client.request("/api/blobs/" + digest).HEAD())
                            .status())
                    .isEqualTo(200);
        }
        assertThat(ledger.seen(List.of(digest))).isEqualTo(first);
    }

    /** Whatever comes first: a version that was accepted has its bytes, and one that lost them is refused. */
    @Test
    void aVersionThatIsRegisteredWhileBlobsAreCollectedHasAllItsBlobs() throws Exception {
        client.create("racing");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < ROUNDS; round++) {
                String text = "{\"round\":" + round + "}";
                String file = client.file("config.json", text);
                String version = "v" + round;
                CountDownLatch go = new CountDownLatch(1);
                Future<Client.Answer> registering = threads.submit(() -> {
                    go.await();
                    return client.register("racing", version, file);
                });
                Future<BlobCollector.Collection> collecting = threads.submit(() -> {
                    go.await();
                    return impatient.collect(false);
                });
                go.countDown();
                Client.Answer answer = registering.get();
                collecting.get();
                assertThat(answer.status()).isIn(201, 404);
                assertThat(isThere(text)).isEqualTo(answer.status() == 201);
            }
        }
    }
}
