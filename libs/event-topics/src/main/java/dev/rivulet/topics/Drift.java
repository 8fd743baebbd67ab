// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import dev.rivulet.events.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing of the broker that is not as the catalogue says.
 *
 * @param topic the topic, or {@code broker}
 * @param setting {@code topic}, {@code partitions}, {@code replication}, {@code transaction.version} or a setting of Kafka
 * @param expected by the catalogue
 * @param found at the broker
 */
record Drift(String topic, String setting, String expected, String found) {

    /** What changes how long facts are kept and whether all of them are; other settings are the broker's own affair. */
    private static final Set<String> HELD = Set.of("cleanup.policy", "retention.ms");

    /** Since this one a producer that was given up can't end a later transaction of its successor. */
    private static final int SAFE_TRANSACTIONS = 2;

    /**
     * A topic as the broker has it.
     *
     * @param copies of the partition that has fewest
     */
    record Found(int partitions, int copies, Map<String, String> settings) {}

    /**
     * Compares topics with the catalogue. A topic that is not there is a drift for its owner alone: some are made only when they
     * are first used.
     *
     * @param found by name
     * @param copies that a topic should have at least
     * @param owner who asks
     */
    static List<Drift> of(Collection<Topic> catalogue, Map<String, Found> found, int copies, String owner) {
        List<Drift> drifts = new ArrayList<>();
        for (Topic topic : catalogue) {
            Found now = found.get(topic.name());
            if (now != null) {
                compare(topic, now, copies, drifts);
            } else if (topic.owner().equals(owner)) {
                drifts.add(new Drift(topic.name(), "topic", "there", "missing"));
            }
        }
        return drifts;
    }

    /** @param version the level of {@code transaction.version} that the brokers agreed on; null if they know none */
    static List<Drift> ofTransactions(@Nullable Integer version) {
        return version != null && version >= SAFE_TRANSACTIONS
                ? List.of()
                : List.of(new Drift(
                        "broker",
                        "transaction.version",
                        "at least " + SAFE_TRANSACTIONS,
                        version == null ? "none" : version.toString()));
    }

    private static void compare(Topic topic, Found found, int copies, List<Drift> drifts) {
        if (found.partitions() != topic.partitions()) {
            drifts.add(drift(topic, "partitions", topic.partitions(), found.partitions()));
        }
        if (found.copies() < copies) {
            drifts.add(drift(topic, "replication", "at least " + copies, found.copies()));
        }
        topic.settings().forEach((name, expected) -> {
            String now = found.settings().getOrDefault(name, "none");
            if (HELD.contains(name) && !expected.equals(now)) {
                drifts.add(drift(topic, name, expected, now));
            }
        });
    }

    private static Drift drift(Topic topic, String setting, Object expected, Object found) {
        return new Drift(topic.name(), setting, expected.toString(), found.toString());
    }

    /** Whether a topic is not there at all. */
    boolean isMissing() {
        return setting.equals("topic");
    }

    @Override
    public String toString() {
        return topic + ": " + setting + " is " + found + ", should be " + expected;
    }
}
