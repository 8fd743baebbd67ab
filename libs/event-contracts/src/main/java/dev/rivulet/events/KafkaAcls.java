// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static java.util.stream.Collectors.joining;

import dev.rivulet.events.KafkaAcl.Operation;
import dev.rivulet.events.KafkaAcl.Pattern;
import dev.rivulet.events.KafkaAcl.Resource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What each service may do at the broker, made from the catalogue: whoever owns a topic makes and writes it, whoever is named as a
 * reader reads it and writes its dead letters, nobody else touches it. A topic that the catalogue gains needs nothing here; a
 * consumer group or a transactional id does.
 */
public final class KafkaAcls {

    /** The topic of Spring Cloud Bus: refreshes and their acknowledgements. No facts travel on it. */
    public static final String BUS = "springCloudBus";

    /** Kafka's one name of a cluster. */
    static final String CLUSTER = "kafka-cluster";

    /** How the binder begins the name of a group that one instance makes up for itself. */
    private static final String ANONYMOUS = "anonymous.";

    private static final String BUS_OWNER = "config-server";

    /** Application of Kafka Streams that sums updates in shards: its group, and how its transactions and topics begin. */
    public static final String SUMS = "federation-sums";

    private static final String SUMMER = "federation-service";

    /** All that connect. Whoever joins the bus joins it under a group of his own making. */
    private static final List<String> ON_THE_BUS = List.of(
            "config-server", "console", "federation-service", "gateway-service", "inference-service", "model-registry");

    /** Groups that instances of a service share, and how the ids of its transactions begin. */
    private record Names(List<String> groups, List<String> transactions) {}

    private static final Map<String, Names> NAMES = Map.of(
            "federation-service", new Names(List.of("federation-leaders", SUMS), List.of(SUMS)),
            "inference-service", new Names(List.of("rivulet-replicas"), List.of("rivulet-jobs-")),
            "model-registry", new Names(List.of("model-registry-usage", "model-registry-dead-letters"), List.of()));

    /** Those who hold the broker against the catalogue: they ask it how it is set, and change nothing of that. */
    private static final Set<String> CHECKERS =
            Set.of("federation-service", "gateway-service", "inference-service", "model-registry");

    private KafkaAcls() {}

    /** Every service that has rights, in order: all that the catalogue names, and all that share the bus. */
    public static Set<String> principals() {
        Set<String> principals = new TreeSet<>(ON_THE_BUS);
        for (Topic topic : EventType.topics()) {
            principals.add(topic.owner());
            topic.readers().forEach(reader -> principals.add(reader.service()));
        }
        return principals;
    }

    /** The rights of all services, in order. */
    public static Set<KafkaAcl> all() {
        Set<KafkaAcl> all = new TreeSet<>();
        principals().forEach(principal -> all.addAll(of(principal)));
        return all;
    }

    /** The rights of one service, in order; none for a name that nobody has. */
    public static Set<KafkaAcl> of(String service) {
        Set<KafkaAcl> rights = new TreeSet<>();
        for (Topic topic : EventType.topics()) {
            if (topic.owner().equals(service)) {
                allow(rights, service, topic.name(), owning());
            }
            if (named(topic.readers(), service)) {
                allow(rights, service, topic.name(), reading());
            }
        }
        EventType.ALL.stream()
                .map(EventType::topic)
                .filter(topic -> named(topic.effectReaders(), service))
                .forEach(topic -> allow(rights, service, topic.deadLetters().name(), parking()));
        if (ON_THE_BUS.contains(service)) {
            allow(rights, service, BUS, bus(service));
            rights.add(new KafkaAcl(service, Resource.GROUP, Pattern.PREFIXED, ANONYMOUS, Operation.READ));
        }
        Names names = NAMES.getOrDefault(service, new Names(List.of(), List.of()));
        names.groups()
                .forEach(group -> Stream.of(Operation.READ, Operation.DESCRIBE_CONFIGS)
                        .forEach(operation ->
                                rights.add(new KafkaAcl(service, Resource.GROUP, Pattern.LITERAL, group, operation))));
        names.transactions()
                .forEach(id -> Stream.of(Operation.WRITE, Operation.DESCRIBE)
                        .forEach(operation -> rights.add(
                                new KafkaAcl(service, Resource.TRANSACTIONAL_ID, Pattern.PREFIXED, id, operation))));
        if (service.equals(SUMMER)) {
            inner().forEach(operation ->
                    rights.add(new KafkaAcl(service, Resource.TOPIC, Pattern.PREFIXED, SUMS + "-", operation)));
        }
        if (CHECKERS.contains(service)) {
            rights.add(new KafkaAcl(service, Resource.CLUSTER, Pattern.LITERAL, CLUSTER, Operation.DESCRIBE_CONFIGS));
        }
        return rights;
    }

    private static boolean named(List<Topic.Reader> readers, String service) {
        return readers.stream().anyMatch(reader -> reader.service().equals(service));
    }

    /** Makes it, mends its settings and partitions, writes it. */
    private static List<Operation> owning() {
        return List.of(
                Operation.CREATE,
                Operation.ALTER,
                Operation.ALTER_CONFIGS,
                Operation.DESCRIBE,
                Operation.DESCRIBE_CONFIGS,
                Operation.WRITE);
    }

    private static List<Operation> reading() {
        return List.of(Operation.READ, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS);
    }

    /** Makes the topic of dead letters where it is missing, and puts them there. */
    private static List<Operation> parking() {
        return List.of(Operation.CREATE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS, Operation.WRITE);
    }

    /** Topics in which Kafka Streams remembers: it makes, reads and writes them. */
    private static List<Operation> inner() {
        return List.of(
                Operation.CREATE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS, Operation.READ, Operation.WRITE);
    }

    private static List<Operation> bus(String service) {
        return service.equals(BUS_OWNER)
                ? List.of(Operation.CREATE, Operation.DESCRIBE, Operation.READ, Operation.WRITE)
                : List.of(Operation.DESCRIBE, Operation.READ, Operation.WRITE);
    }

    private static void allow(Set<KafkaAcl> rights, String service, String topic, Collection<Operation> operations) {
        operations.forEach(
                operation -> rights.add(new KafkaAcl(service, Resource.TOPIC, Pattern.LITERAL, topic, operation)));
    }

    /** The table that is checked in and that {@code rivulet kafka acls} reads: a right a line. */
    public static String table() {
        return all().stream().map(KafkaAcl::toString).collect(joining("\n", "", "\n"));
    }

    /** Lines of {@code kafka-acls.sh --add}, one for each thing of each service; a second run changes nothing. */
    public static List<String> commands() {
        Map<String, Set<String>> operations = new LinkedHashMap<>();
        all().forEach(acl -> operations
                .computeIfAbsent(target(acl), _ -> new TreeSet<>())
                .add("--operation " + acl.operation().spelled()));
        return operations.entrySet().stream()
                .map(each -> "acls --add " + String.join(" ", each.getValue()) + " " + each.getKey())
                .toList();
    }

    private static String target(KafkaAcl acl) {
        String thing = switch (acl.resource()) {
            case TOPIC -> "--topic '" + acl.name() + "'";
            case GROUP -> "--group '" + acl.name() + "'";
            case TRANSACTIONAL_ID -> "--transactional-id '" + acl.name() + "'";
            case CLUSTER -> "--cluster";
        };
        String pattern = acl.pattern() == Pattern.PREFIXED ? " --resource-pattern-type prefixed" : "";
        return "--allow-principal 'User:" + acl.principal() + "' " + thing + pattern;
    }
}
