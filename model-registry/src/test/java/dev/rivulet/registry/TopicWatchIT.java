// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.outbox.TopicProvisioning;
import dev.rivulet.topics.TopicSettings;
import dev.rivulet.topics.TopicWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.mock.env.MockEnvironment;

/** The catalogue against a real broker. */
class TopicWatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Broker broker;
    private TopicWatch watch;
    private final MeterRegistry meters = new SimpleMeterRegistry();

    @BeforeEach
    void prepare() {
        broker = new Broker(folder.resolve("kafka"));
        KafkaAdmin admin = TopicProvisioning.admin(
                new MockEnvironment().withProperty("spring.cloud.stream.kafka.binder.brokers", broker.address()));
        TopicSettings settings = new TopicSettings(true, Duration.ofMillis(500), Duration.ofMillis(500));
        watch = new TopicWatch(
                "model-registry",
                new TopicProvisioning("model-registry", admin)::ensure,
                admin.getConfigurationProperties(),
                settings,
                Clock.systemUTC(),
                meters);
    }

    @AfterEach
    void stop() {
        watch.stop();
        broker.stop();
    }

    @Test
    void itsOwnTopicsAreMadeAtTheStartAndNothingHasDrifted() throws Exception {
        broker.start();

        watch.start();
        awaitChecked();

        assertThat(drift()).isEmpty();
        assertThat(gauge()).isZero();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            assertThat(admin.listTopics().names().get()).contains("model.version.changed", "model.rollout.changed");
        }
    }

    @Test
    void whatHasDriftedIsToldUntilItIsMended() throws Exception {
        broker.start();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
            NewTopic other = new NewTopic("inference.completion.recorded", Optional.of(3), Optional.empty());
            admin.createTopics(List.of(other.configs(Map.of("retention.ms", "1000"))))
                    .all()
                    .get();

            watch.start();

            await("topics that were made a moment ago are there too")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        assertThat(drift())
                                .containsExactlyInAnyOrder(
                                        "inference.completion.recorded: partitions is 3, should be 8",
                                        "inference.completion.recorded: retention.ms is 1000, should be 604800000");
                        assertThat(gauge()).isEqualTo(2);
                    });
            admin.deleteTopics(Set.of("inference.completion.recorded")).all().get();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(drift()).isEmpty());
        }
    }

    @Test
    void aBrokerThatComesLaterIsCheckedThen() {
        watch.start();
        assertThat(watch.health().getDetails()).containsEntry("checked_at", "never");

        broker.start();

        awaitChecked();
        assertThat(drift()).isEmpty();
    }

    private void awaitChecked() {
        await().atMost(PATIENCE)
                .until(() -> !"never".equals(watch.health().getDetails().get("checked_at")));
    }

    private List<String> drift() {
        return watch.health().getDetails().get("drift") instanceof List<?> drift
                ? drift.stream().map(String::valueOf).toList()
                : List.of();
    }

    private double gauge() {
        return meters.get("rivulet.topics.drift").gauge().value();
    }
}
