// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.Event;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** No change is lost, the order of a model holds, and what is sent twice has one id. */
@WholeRegistry
class OutboxIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    @Autowired
    private JdbcClient jdbc;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void whileKafkaIsAwayChangesAreAcceptedAndAllArriveInOrderAfterwards() {
        client.create("patient");
        client.register("patient", "1");
        client.register("patient", "2");
        awaitRevision("patient", 3);

        broker.stop();
        for (int i = 0; i < 20; i++) {
            assertThat(client.alias("patient", "champion", Integer.toString(i % 2 + 1))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(oldestAge()).isPositive();
            assertThat(client.metric("rivulet_outbox_producers_renewed_total")).isPositive();
        });
        broker.start();

        awaitRevision("patient", 23);
        assertThat(inboxRevisions("patient"))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 23).boxed().toList());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(oldestAge()).isZero());
    }

    @Test
    void concurrentChangesOfOneModelGetRevisionsWithoutGapsAndArriveInOrder() throws Exception {
        client.create("contended");
        for (int version = 1; version <= 8; version++) {
            client.register("contended", Integer.toString(version));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String alias = "alias-" + thread;
                answers.add(threads.submit(() -> {
                    int worst = 0;
                    for (int version = 1; version <= 8; version++) {
                        worst = Math.max(
                                worst,
                                client.alias("contended", alias, Integer.toString(version))
                                        .status());
                    }
                    return worst;
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        awaitRevision("contended", 9 + 64);
        assertThat(inboxRevisions("contended"))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 9 + 64).boxed().toList());
    }

    @Test
    void aRelayThatDiedBetweenSendingAndMarkingSendsAgainUnderTheSameId() {
        client.create("twice");
        awaitRevision("twice", 1);
        await().atMost(PATIENCE).until(() -> sentRows("twice") == 1);

        // What a relay leaves behind that was killed right after the broker's acknowledgement.
        jdbc.sql("""
                        update outbox set sent_at = null, leased_by = gen_random_uuid(),
                            leased_until = clock_timestamp() + interval '1 second'
                        where aggregate = 'twice'""").update();
        client.register("twice", "1");

        awaitRevision("twice", 2);
        List<Event<ModelVersionChanged>> events = Records.events(broker.address(), "twice");
        assertThat(events).extracting(event -> event.data().getRevision()).containsExactly(1L, 1L, 2L);
        assertThat(events.get(0).id()).isEqualTo(events.get(1).id());
        assertThat(events.get(2).id()).isNotEqualTo(events.get(1).id());
    }

    @Test
    void aLeaseAndAWaitFromBeforeTheClockWasSetBackByAnHourHoldNobodyUp() {
        client.create("set-back");
        client.create("set-back-too");
        awaitRevision("set-back", 1);
        awaitRevision("set-back-too", 1);
        await().atMost(PATIENCE).until(() -> sentRows("set-back") + sentRows("set-back-too") == 2);

        // What was written an hour in the future, as the clock has it now.
        jdbc.sql("""
                        update outbox set sent_at = null, leased_by = gen_random_uuid(),
                            leased_until = clock_timestamp() + interval '1 hour'
                        where aggregate = 'set-back'""").update();
        jdbc.sql("""
                        update outbox set sent_at = null, leased_by = null, leased_until = null,
                            next_attempt_at = clock_timestamp() + interval '1 hour'
                        where aggregate = 'set-back-too'""").update();
        client.register("set-back", "1");
        client.register("set-back-too", "1");

        awaitRevision("set-back", 2);
        awaitRevision("set-back-too", 2);
    }

    @Test
    void theTopicHasTheSettingsOfTheCatalogue() throws Exception {
        client.create("settings");
        awaitRevision("settings", 1);
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "model.version.changed");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            Config config = requireNonNull(
                    admin.describeConfigs(Set.of(topic)).all().get().get(topic));
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
            assertThat(config.get("segment.ms").value()).isEqualTo("600000");
            var described =
                    admin.describeTopics(Set.of(topic.name())).allTopicNames().get();
            assertThat(requireNonNull(described.get(topic.name())).partitions()).hasSize(4);
        }
    }

    private void awaitRevision(String model, long revision) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(inboxRevisions(model)).contains(revision));
    }

    /** What a reader with an inbox sees: each id once, in the order of first arrival. */
    private List<Long> inboxRevisions(String model) {
        Map<String, Long> inbox = new LinkedHashMap<>();
        Records.events(broker.address(), model)
                .forEach(event -> inbox.putIfAbsent(event.id(), event.data().getRevision()));
        return List.copyOf(inbox.values());
    }

    private long sentRows(String model) {
        return jdbc.sql("select count(*) from outbox where aggregate = ? and sent_at is not null")
                .param(model)
                .query(Long.class)
                .single();
    }

    private double oldestAge() {
        return client.metric("rivulet_outbox_oldest_age_seconds");
    }
}
