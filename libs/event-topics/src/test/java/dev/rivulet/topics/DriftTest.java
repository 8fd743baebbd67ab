// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.events.Topic;
import dev.rivulet.events.Topic.Kind;
import dev.rivulet.topics.Drift.Found;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftTest {

    private static final Topic LOG = new Topic("a.log", "k", 2, Kind.LOG, Duration.ofHours(1), "me");
    private static final Topic STATE = new Topic("a.state", "k", 4, Kind.STATE, Duration.ofDays(7), "other");

    @Test
    void topicsThatAreAsTheCatalogueSaysHaveNotDrifted() {
        assertThat(drifts(LOG, new Found(2, 3, LOG.settings()))).isEmpty();
        assertThat(drifts(STATE, new Found(4, 1, STATE.settings()))).isEmpty();
    }

    @Test
    void everySettingIsNamedWithWhatItIsAndShouldBe() {
        Found found = new Found(1, 0, Map.of("cleanup.policy", "compact", "retention.ms", "60000"));

        assertThat(drifts(LOG, found))
                .extracting(Drift::toString)
                .containsExactlyInAnyOrder(
                        "a.log: partitions is 1, should be 2",
                        "a.log: replication is 0, should be at least 1",
                        "a.log: cleanup.policy is compact, should be delete",
                        "a.log: retention.ms is 60000, should be 3600000");
    }

    @Test
    void aSettingThatTheBrokerDoesNotTellHasDrifted() {
        assertThat(drifts(STATE, new Found(4, 1, Map.of())))
                .containsExactly(new Drift("a.state", "cleanup.policy", "compact", "none"));
    }

    @Test
    void aTopicThatIsNotThereIsItsOwnersAffair() {
        assertThat(Drift.of(List.of(LOG, STATE), Map.of(), 1, "me"))
                .containsExactly(new Drift("a.log", "topic", "there", "missing"));
    }

    @Test
    void transactionsThatCanBeTornAreADrift() {
        assertThat(Drift.ofTransactions(2)).isEmpty();
        assertThat(Drift.ofTransactions(1))
                .extracting(Drift::toString)
                .containsExactly("broker: transaction.version is 1, should be at least 2");
        assertThat(Drift.ofTransactions(null)).extracting(Drift::found).containsExactly("none");
    }

    private static List<Drift> drifts(Topic topic, Found found) {
        return Drift.of(List.of(topic), Map.of(topic.name(), found), 1, "me");
    }
}
