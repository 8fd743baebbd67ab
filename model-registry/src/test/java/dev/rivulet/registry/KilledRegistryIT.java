// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The registry as a process: killed in the middle of its work, and given far less memory than a blob has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledRegistryIT {

    private static final int KILLS = 2;
    private static final long LARGE = 200L * 1024 * 1024;

    private Path folder;

    private EmbeddedPostgres postgres;
    private Broker broker;
    private RegistryProcess registry;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        postgres = database().start();
        broker = new Broker(folder.resolve("kafka"));
        broker.start();
        registry = new RegistryProcess(
                Map.of(
                        "RIVULET_DATABASE_URL",
                        postgres.getJdbcUrl("postgres", "postgres"),
                        "RIVULET_KAFKA",
                        broker.address(),
                        "RIVULET_ARTIFACTS",
                        folder.resolve("artifacts").toString(),
                        "SPRING_CLOUD_CONFIG_ENABLED",
                        "false",
                        "RIVULET_OUTBOX_LEASE",
                        "2s",
                        "RIVULET_ROLLOUTS_INTERVAL",
                        "1s"),
                folder.resolve("registry.log"));
        registry.start("-Xmx96m", "-XX:MaxDirectMemorySize=32m");
    }

    @AfterAll
    void stop() throws Exception {
        registry.close();
        broker.stop();
        postgres.close();
    }

    @Test
    void aBlobOfTwiceTheMemoryOfTheProcessIsUploadedAndReadBack() throws Exception {
        String sha256 = digest(new BlobsOverHttpIT.Pattern(LARGE));

        Client.Answer put = registry.client()
                .send(registry.client()
                        .request("/api/blobs/" + sha256)
                        .PUT(BodyPublishers.ofInputStream(() -> new BlobsOverHttpIT.Pattern(LARGE))));

        assertThat(put.status()).isEqualTo(201);
        assertThat(registry.client().digestOf("/api/blobs/" + sha256)).isEqualTo(sha256);
    }

    @Test
    void aBlobGoesUpAndDownOverConnectionsThatBreakAtEveryTenth() throws Exception {
        transferBroken(64L << 20);
    }

    /** Two gigabytes: minutes of work, so only where it is asked for. */
    @Test
    @Tag("long")
    void twoGigabytesGoUpAndDownOverConnectionsThatBreakAtEveryTenth() throws Exception {
        transferBroken(2L << 30);
    }

    /** No connection carries more than a tenth: what begins anew each time never ends. */
    private void transferBroken(long size) throws Exception {
        String sha256 = digest(new BlobsOverHttpIT.Pattern(size));
        long before = heap();
        try (BrokenTransfer transfer = new BrokenTransfer(registry.port(), sha256, size, this::killAndStart)) {
            assertThat(transfer.upload()).isEqualTo(201);
            assertThat(transfer.network().cuts()).isGreaterThanOrEqualTo(9);

            assertThat(transfer.download()).isEqualTo(sha256);
            assertThat(transfer.network().cuts()).isGreaterThanOrEqualTo(18);
        }
        assertThat(heap() - before).isLessThanOrEqualTo(64L << 20);
    }

    private void killAndStart() {
        registry.kill();
        registry.start("-Xmx96m", "-XX:MaxDirectMemorySize=32m");
    }

    /** Bytes of the registry's heap that are used; it may have 96 MiB. */
    private long heap() {
        return new String(
                        registry.client().get("/actuator/prometheus").response().body(), UTF_8)
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aRegistryKilledAgainAndAgainLosesNoAcceptedChange() {
        Client client = registry.client();
        client.create("survivor");
        client.register("survivor", "1");
        client.register("survivor", "2");
        AtomicLong accepted = new AtomicLong(3);
        for (int kill = 0; kill < KILLS; kill++) {
            changeUntilKilled(accepted, 20 + 17 * kill);
            registry.start("-Xmx96m", "-XX:MaxDirectMemorySize=32m");
        }

        long revision =
                client.get("/api/models/survivor").body().path("revision").asLong();
        assertThat(revision).isGreaterThanOrEqualTo(accepted.get());
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(inbox()).contains(revision));
        assertThat(inbox())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, revision).boxed().toList());
    }

    @Test
    void aRegistryKilledBetweenTheStepsOfARolloutGoesOnWithItAndEndsIt() {
        Client client = registry.client();
        client.create("rolled");
        client.register("rolled", "1");
        client.register("rolled", "2");
        client.alias("rolled", "champion", "1");
        String path = client.post(
                        "/api/rollouts",
                        "{\"model\":\"rolled\",\"candidate\":\"2\",\"steps\":[10,50,100],\"step_seconds\":1,"
                                + "\"hold_seconds\":1,\"min_samples\":50}")
                .header("location");
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "rolled")) {
            for (int revision = 2; revision < 2 + KILLS; revision++) {
                awaitRollout(path, replica, revision);
                registry.kill();
                registry.start("-Xmx96m", "-XX:MaxDirectMemorySize=32m");
            }
            awaitRollout(path, replica, 5);
        }
        assertThat(client.get(path).body().path("state").asString()).isEqualTo("promoted");
        assertThat(client.get("/api/models/rolled")
                        .body()
                        .path("aliases")
                        .path("champion")
                        .asString())
                .isEqualTo("2");
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                Records.of(broker.address(), EventType.ROLLOUT_CHANGED, "rolled").stream()
                                        .map(event -> event.data().getRevision())
                                        .distinct())
                        .containsExactly(1L, 2L, 3L, 4L, 5L));
    }

    private void awaitRollout(String path, SyntheticReplica replica, int revision) {
        await().atMost(Duration.ofSeconds(120)).ignoreExceptions().untilAsserted(() -> {
            replica.tell(0, 1);
            assertThat(registry.client().get(path).body().path("revision").asInt())
                    .isGreaterThanOrEqualTo(revision);
        });
    }

    @Test
    void withoutItsDatabaseItIsAliveNotReadyAndRecoversByItself() throws Exception {
        Client client = registry.client();
        client.create("patient");
        int port = postgres.getPort();

        postgres.close();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> client.get("/actuator/health/readiness").status() == 503);
            assertThat(client.get("/actuator/health/liveness").status()).isEqualTo(200);
            Client.Answer refused = client.get("/api/models/patient");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("database_unavailable");
            assertThat(refused.header("retry-after")).isNotEmpty();
        } finally {
            postgres = database().setPort(port).start();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.get("/actuator/health/readiness").status() == 200);
        assertThat(client.get("/api/models/patient").status()).isEqualTo(200);
    }

    private EmbeddedPostgres.Builder database() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false);
    }

    /** Changes an alias as fast as answers come, and kills the process while the next change is on its way. */
    private void changeUntilKilled(AtomicLong accepted, int changes) {
        AtomicBoolean killed = new AtomicBoolean();
        Thread changer = Thread.ofVirtual().start(() -> {
            for (int i = 0; !killed.get(); i++) {
                try {
                    Client.Answer answer = registry.client().alias("survivor", "champion", Integer.toString(i % 2 + 1));
                    accepted.set(revision(answer));
                } catch (IllegalStateException e) {
                    return;
                }
            }
        });
        long target = accepted.get() + changes;
        await().atMost(Duration.ofSeconds(60)).until(() -> accepted.get() >= target);
        registry.kill();
        killed.set(true);
        await().atMost(Duration.ofSeconds(60)).until(() -> !changer.isAlive());
    }

    private static long revision(Client.Answer answer) {
        return answer.body().path("revision").asLong();
    }

    private List<Long> inbox() {
        Map<String, Long> inbox = new LinkedHashMap<>();
        List<Event<ModelVersionChanged>> events = Records.events(broker.address(), "survivor");
        events.forEach(event -> inbox.putIfAbsent(event.id(), event.data().getRevision()));
        return List.copyOf(inbox.values());
    }

    private static String digest(InputStream bytes) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream in = new DigestInputStream(bytes, sha256)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
