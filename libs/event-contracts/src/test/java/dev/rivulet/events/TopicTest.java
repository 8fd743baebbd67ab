// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.Topic.Kind;
import java.time.Duration;
import java.util.List;
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
    void aTopicOfLargeRecordsTakesThem() {
        assertThat(EventType.UPDATE_RECEIVED.topic().settings())
                .containsEntry("cleanup.policy", "delete")
                .containsEntry("max.message.bytes", Integer.toString(Topic.MOST_BYTES));
    }

    @Test
    void everyTopicHasOneOwnerThatFindsIt() {
        assertThat(EventType.topicsOwnedBy("model-registry"))
                .extracting(Topic::name)
                .containsExactly(
                        "model.version.changed",
                        "model.rollout.changed",
                        "inference.completion.recorded.dlq",
                        "inference.completion.recorded.replay",
                        "inference.request.submitted.dlq",
                        "inference.request.submitted.replay");
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
                        "inference.response.kept",
                        "inference.answer.given",
                        "inference.feedback.given",
                        "inference.shadow.compared");
        assertThat(EventType.topicsOwnedBy("federation-service"))
                .extracting(Topic::name)
                .containsExactly(
                        "federation.round.changed",
                        "federation.leader.elected",
                        "federation.update.received",
                        "federation.partial.aggregated");
        assertThat(EventType.topicsOwnedBy("nobody")).isEmpty();
        assertThat(EventType.ALL).extracting(EventType::topic).doesNotHaveDuplicates();
    }

    @Test
    void everyReaderIsAServiceWithAPurpose() {
        List<Topic.Reader> readers = EventType.ALL.stream()
                .flatMap(type -> type.topic().readers().stream())
                .toList();

        assertThat(readers)
                .extracting(Topic.Reader::service)
                .isSubsetOf(
                        "gateway-service",
                        "inference-service",
                        "model-registry",
                        "config-server",
                        "console",
                        "federation-service");
        assertThat(readers).allSatisfy(reader -> assertThat(reader.purpose()).isNotBlank());
        assertThat(EventType.MODEL_VERSION_CHANGED.topic().readers())
                .extracting(Topic.Reader::service)
                .contains("inference-service");
        assertThat(EventType.ALL)
                .allSatisfy(type -> assertThat(type.topic().readers().stream().map(Topic.Reader::service))
                        .doesNotHaveDuplicates());
    }

    @Test
    void deadLettersLieBesideTheirTopicAndAreKeptForLonger() {
        Topic dead = EventType.REQUEST_SUBMITTED.topic().deadLetters();

        assertThat(dead.name()).isEqualTo("inference.request.submitted.dlq");
        assertThat(dead.partitions())
                .isEqualTo(EventType.REQUEST_SUBMITTED.topic().partitions());
        assertThat(dead.retention())
                .isGreaterThan(EventType.REQUEST_SUBMITTED.topic().retention());
    }

    @Test
    void whatIsSentBackGoesToThoseWhoTakeItBackAlone() {
        Topic back = EventType.COMPLETION_RECORDED.topic().replays();

        assertThat(back.name()).isEqualTo("inference.completion.recorded.replay");
        assertThat(back.readers()).extracting(Topic.Reader::service).containsExactly("model-registry");
        assertThat(EventType.topics())
                .extracting(Topic::name)
                .contains("inference.request.submitted.dlq", back.name(), "inference.request.submitted.replay")
                .doesNotContain("model.version.changed.replay");
        assertThat(EventType.topics()).extracting(Topic::name).doesNotHaveDuplicates();
    }

    @Test
    void partitionsAreBounded() {
        assertThatThrownBy(() -> new Topic("t", "k", 65, Kind.LOG, Duration.ofDays(1), "o"))
                .hasMessageContaining("1 to 64");
        assertThatThrownBy(() -> new Topic("t", "k", 0, Kind.LOG, Duration.ofDays(1), "o"))
                .hasMessageContaining("1 to 64");
    }
}
