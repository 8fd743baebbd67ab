package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topic.Kind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TopicTest {

    @Test
    void aStateIsCompactedWithinMinutes() {
        assertThat(EventType.REPLICA_STATUS_REPORTED.topic().settings())
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("segment.ms", "600000")
                .containsEntry("max.compaction.lag.ms", "600000");
    }

    @Test
    void aLogIsKeptForItsRetention() {
        assertThat(EventType.COMPLETION_RECORDED.topic().settings())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("retention.ms", Long.toString(Duration.ofDays(7).toMillis()));
    }

    @Test
    void everyTopicHasOneOwnerThatFindsIt() {
        assertThat(EventType.topicsOwnedBy("model-registry"))
                .extracting(Topic::name)
                .containsExactly("model.version.changed", "model.rollout.changed");
        assertThat(EventType.topicsOwnedBy("inference-service"))
                .extracting(Topic::name)
                .containsExactly(
                        "inference.replica.status",
                        "inference.completion.recorded",
                        "inference.result.completed",
                        "inference.job.progressed");
        assertThat(EventType.topicsOwnedBy("gateway-service"))
                .extracting(Topic::name)
                .containsExactly(
                        "identity.key.changed",
                        "identity.budget.spent",
                        "inference.request.submitted",
                        "inference.request.cancelled",
                        "inference.response.kept");
        assertThat(EventType.topicsOwnedBy("nobody")).isEmpty();
        assertThat(EventType.ALL).extracting(EventType::topic).doesNotHaveDuplicates();
    }

    @Test
    void deadLettersLieBesideTheirTopicAndAreKeptForLonger() {
        Topic dead = EventType.REQUEST_SUBMITTED.topic().deadLetters();

        assertThat(dead.name()).isEqualTo("inference.request.submitted.dlq");
        assertThat(dead.retention())
                .isGreaterThan(EventType.REQUEST_SUBMITTED.topic().retention());
    }

    @Test
    void partitionsAreBounded() {
        assertThatThrownBy(() -> new Topic("t", "k", 65, Kind.LOG, Duration.ofDays(1), "o"))
                .hasMessageContaining("1 to 64");
        assertThatThrownBy(() -> new Topic("t", "k", 0, Kind.LOG, Duration.ofDays(1), "o"))
                .hasMessageContaining("1 to 64");
    }
}
