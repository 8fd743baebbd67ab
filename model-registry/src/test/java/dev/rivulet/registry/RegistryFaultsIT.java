// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.registry.Client.Answer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A registry in a process of its own whose surroundings fail: a database that takes five seconds for everything, names that nobody
 * resolves any more, a disk of 24 MiB that is full (a file system in memory, in a name space of the process). It is alive, not ready,
 * refuses in bounded time and words, and recovers without a restart.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryFaultsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NAMES = "127.0.0.1 localhost\n127.0.0.1 database.test\n127.0.0.1 broker.test\n";
    private static final int BLOB = 12 << 20;

    private EmbeddedPostgres postgres;
    private CuttingProxy database;
    private Broker broker;
    private RegistryProcess registry;
    private Path names;
    private Client client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .start();
        database = new CuttingProxy(postgres.getPort());
        broker = new Broker(folder.resolve("kafka"));
        broker.start();
        names = Files.writeString(folder.resolve("hosts"), NAMES);
        Path disk = Files.createDirectories(folder.resolve("disk"));
        registry = new RegistryProcess(
                Map.of(
                        "RIVULET_DATABASE_URL",
                        "jdbc:postgresql://database.test:" + database.port() + "/postgres?user=postgres",
                        "RIVULET_KAFKA",
                        broker.address().replace("127.0.0.1", "broker.test"),
                        "RIVULET_ARTIFACTS",
                        disk.toString(),
                        "RIVULET_ARTIFACTS_MIN_FREE",
                        "1MB",
                        "SPRING_CLOUD_CONFIG_ENABLED",
                        "false"),
                folder.resolve("registry.log"),
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"",
                        disk.toString()));
        registry.start(
                "-Xmx96m",
                "-XX:MaxDirectMemorySize=32m",
                "-Djdk.net.hosts.file=" + names,
                "-Dsun.net.inetaddr.ttl=0",
                "-Dsun.net.inetaddr.negative.ttl=0");
    }

    @AfterAll
    void stop() throws Exception {
        registry.close();
        broker.stop();
        database.close();
        postgres.close();
    }

    @BeforeEach
    void connect() {
        client = registry.client();
        isReady(true);
    }

    @AfterEach
    void mend() throws IOException {
        database.slowBy(Duration.ZERO);
        Files.writeString(names, NAMES);
    }

    @Test
    void aDatabaseThatTakesFiveSecondsForEverythingHoldsUpNobodyForLong() throws Exception {
        client.create("slow");
        database.slowBy(Duration.ofSeconds(5));
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(many.submit(() -> client.get("/api/models/slow")));
            }
            isReady(false);
            isAlive();
            for (Future<Answer> answer : answers) {
                // Who had a connection already is answered late, the others are told to come again.
                Answer one = answer.get();
                assertThat(one.status()).isIn(200, 503);
                assertThat(one.code()).isIn("", "database_unavailable");
            }
            assertThat(answers).anyMatch(answer -> answer.resultNow().status() == 503);
        }

        database.slowBy(Duration.ZERO);
        isReady(true);
        assertThat(client.register("slow", "1").status()).isEqualTo(201);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Records.events(broker.address(), "slow"))
                        .extracting(event -> event.data().getRevision())
                        .contains(2L));
    }

    @Test
    void namesThatNobodyResolvesAnyMoreAreWaitedFor() throws Exception {
        client.create("nameless");
        Files.writeString(names, "127.0.0.1 localhost\n");
        database.cutAll();

        isReady(false);
        isAlive();
        Answer refused = client.get("/api/models/nameless");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("database_unavailable");
        assertThat(refused.header("retry-after")).isNotEmpty();

        Files.writeString(names, NAMES);
        isReady(true);
        assertThat(client.register("nameless", "1").status()).isEqualTo(201);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Records.events(broker.address(), "nameless"))
                        .extracting(event -> event.data().getRevision())
                        .contains(2L));
    }

    @Test
    void aFullDiskIsToldWhatHasComeIsKeptAndTheUploadGoesOnWhenThereIsRoom() {
        String small = client.file("small.json", "{\"small\":true}");
        assertThat(small).isNotEmpty();
        byte[] first = bytes(1);
        byte[] second = bytes(2);
        // Both find room when they begin; only one of them has it in the end.
        String one = open(first);
        String two = open(second);
        assertThat(append(one, first, 0).status()).isEqualTo(204);

        Answer full = append(two, second, 0);
        assertThat(full.status()).as("%s", full.body()).isEqualTo(503);
        assertThat(full.code()).isEqualTo("store_unavailable");
        assertThat(full.header("retry-after")).isNotEmpty();
        isReady(false);
        isAlive();
        assertThat(client.get("/actuator/health").body().toString()).contains("bytes left");
        assertThat(client.get("/api/blobs/" + Client.sha256("{\"small\":true}".getBytes()))
                        .status())
                .isEqualTo(200);
        Answer refused = client.post("/api/uploads", form(bytes(3)));
        assertThat(refused.code()).isEqualTo("store_unavailable");

        assertThat(client.delete(one).status()).isEqualTo(204);
        isReady(true);
        int kept = client.get(two).body().path("offset").asInt();
        assertThat(kept).isPositive().isLessThan(BLOB);
        assertThat(append(two, second, kept).status()).isEqualTo(204);
        assertThat(client.put(two, "").status()).isEqualTo(201);
        assertThat(client.digestOf("/api/blobs/" + Client.sha256(second))).isEqualTo(Client.sha256(second));
    }

    private String open(byte[] bytes) {
        return client.post("/api/uploads", form(bytes)).header("location");
    }

    private static String form(byte[] bytes) {
        return "{\"sha256\":\"" + Client.sha256(bytes) + "\",\"size\":" + bytes.length + "}";
    }

    private Answer append(String upload, byte[] bytes, int offset) {
        return client.send(client.request(upload)
                .header("upload-offset", Integer.toString(offset))
                .method("PATCH", BodyPublishers.ofByteArray(Arrays.copyOfRange(bytes, offset, bytes.length))));
    }

    private static byte[] bytes(long seed) {
        byte[] bytes = new byte[BLOB];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void isReady(boolean ready) {
        await().atMost(PATIENCE)
                .until(() -> client.get("/actuator/health/readiness").status() == (ready ? 200 : 503));
    }

    private void isAlive() {
        assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
    }
}
