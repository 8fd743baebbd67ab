// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import static java.util.stream.Collectors.toMap;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * What a broker has of the catalogue.
 *
 * @param settings of the client that asks
 */
record BrokerView(Map<String, Object> settings) {

    private static final String COPIES = "default.replication.factor";

    /**
     * Compares the broker with the catalogue.
     *
     * @param owner whose topics must be there
     * @throws org.apache.kafka.common.KafkaException if the broker doesn't answer in time
     */
    List<Drift> drifts(String owner) {
        List<Topic> catalogue = EventType.topics();
        try (Admin admin = Admin.create(settings)) {
            return Stream.concat(
                            Drift.of(catalogue, found(admin, catalogue), copies(admin), owner).stream(),
                            Drift.ofTransactions(transactions(admin)).stream())
                    .toList();
        }
    }

    private static Map<String, Drift.Found> found(Admin admin, List<Topic> catalogue) {
        Set<String> there = new HashSet<>(Answers.await(admin.listTopics().names()));
        there.retainAll(catalogue.stream().map(Topic::name).toList());
        Map<String, TopicDescription> topics =
                Answers.await(admin.describeTopics(there).allTopicNames());
        Map<ConfigResource, Config> configs = Answers.await(admin.describeConfigs(there.stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        Map<String, Drift.Found> found = new HashMap<>();
        configs.forEach((resource, config) -> {
            TopicDescription topic = topics.get(resource.name());
            if (topic != null) {
                found.put(resource.name(), found(topic, config));
            }
        });
        return found;
    }

    private static Drift.Found found(TopicDescription topic, Config config) {
        return new Drift.Found(
                topic.partitions().size(),
                topic.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .min()
                        .orElse(0),
                config.entries().stream()
                        .filter(entry -> entry.value() != null)
                        .collect(toMap(ConfigEntry::name, ConfigEntry::value)));
    }

    /** How many copies the brokers themselves make of a topic. */
    private static int copies(Admin admin) {
        Collection<Node> nodes = Answers.await(admin.describeCluster().nodes());
        ConfigResource broker = new ConfigResource(
                ConfigResource.Type.BROKER, nodes.iterator().next().idString());
        return Answers.await(admin.describeConfigs(List.of(broker)).all()).values().stream()
                .map(config -> config.get(COPIES))
                .mapToInt(entry -> entry == null ? 1 : Integer.parseInt(entry.value()))
                .findFirst()
                .orElse(1);
    }

    private static @Nullable Integer transactions(Admin admin) {
        FinalizedVersionRange level = Answers.await(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("transaction.version");
        return level == null ? null : (int) level.maxVersionLevel();
    }
}
