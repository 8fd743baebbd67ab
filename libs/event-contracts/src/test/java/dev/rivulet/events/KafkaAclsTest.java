// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.events.KafkaAcl.Operation;
import dev.rivulet.events.KafkaAcl.Pattern;
import dev.rivulet.events.KafkaAcl.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What services may do at the broker is what the catalogue says that they do, and no more. */
class KafkaAclsTest {

    private static final Path TABLE = Path.of("../../deploy/kafka/acls.txt");
    private static final Path SCRIPT = Path.of("../../deploy/kafka/acls");
    private static final String BEGIN = "# --- made from the catalogue: " + GoldenFiles.COMMAND + "\n";

    @BeforeAll
    static void writeWhatIsGenerated() throws IOException {
        if (GoldenFiles.writing()) {
            Files.writeString(TABLE, KafkaAcls.table());
            Files.writeString(SCRIPT, script());
        }
    }

    private static String script() throws IOException {
        String there = Files.readString(SCRIPT);
        return there.substring(0, there.indexOf(BEGIN) + BEGIN.length()) + String.join("\n", KafkaAcls.commands())
                + "\n";
    }

    @Test
    void theTableAndTheScriptThatAreCheckedInAreTheOnesThatAreGenerated() throws IOException {
        assertThat(TABLE)
                .as("the ACLs are older than the catalogue; they are made again by: " + GoldenFiles.COMMAND)
                .content()
                .isEqualTo(KafkaAcls.table());
        assertThat(SCRIPT).content().contains(BEGIN).isEqualTo(script());
    }

    @Test
    void onlyTheOwnerOfATopicWritesItAndOnlyItsReadersReadIt() {
        for (Topic topic : EventType.topics()) {
            assertThat(may(topic.name(), Operation.READ)).containsExactlyInAnyOrderElementsOf(names(topic.readers()));
        }
        for (EventType<?> type : EventType.ALL) {
            Topic topic = type.topic();
            assertThat(may(topic.name(), Operation.WRITE)).containsExactly(topic.owner());
            assertThat(may(topic.name(), Operation.CREATE)).containsExactly(topic.owner());
        }
    }

    @Test
    void whoParksARecordMayWriteThereAndTheRegistryAloneSendsItBack() {
        EventType.ALL.stream()
                .map(EventType::topic)
                .filter(topic -> !topic.effectReaders().isEmpty())
                .forEach(topic -> {
                    Set<String> parking = new TreeSet<>(names(topic.effectReaders()));
                    parking.add("model-registry");
                    assertThat(may(topic.deadLetters().name(), Operation.WRITE)).containsExactlyElementsOf(parking);
                });
        EventType.ALL.stream()
                .map(EventType::topic)
                .filter(topic -> !topic.effectReaders().isEmpty())
                .forEach(topic -> {
                    assertThat(may(topic.replays().name(), Operation.WRITE)).containsExactly("model-registry");
                    assertThat(may(topic.replays().name(), Operation.READ))
                            .containsExactlyInAnyOrderElementsOf(names(topic.effectReaders()));
                });
    }

    @Test
    void nobodyMayDoMoreThanTheCatalogueAsksFor() {
        Set<String> topics = EventType.topics().stream().map(Topic::name).collect(Collectors.toSet());
        assertThat(KafkaAcls.all())
                .filteredOn(acl -> acl.resource() == Resource.TOPIC)
                .filteredOn(acl -> !ofSums(acl))
                .allMatch(acl -> acl.pattern() == Pattern.LITERAL)
                .allMatch(acl -> topics.contains(acl.name()) || acl.name().equals(KafkaAcls.BUS));
        assertThat(KafkaAcls.all())
                .filteredOn(KafkaAclsTest::ofSums)
                .isNotEmpty()
                .allMatch(acl -> acl.principal().equals("federation-service"));
        assertThat(KafkaAcls.all())
                .filteredOn(acl -> acl.resource() == Resource.CLUSTER)
                .extracting(KafkaAcl::operation)
                .containsOnly(Operation.DESCRIBE_CONFIGS);
        assertThat(KafkaAcls.of("somebody")).isEmpty();
    }

    @Test
    void replicasAloneTakeJobsAndEndThemInTransactionsAndFederationsSumInTheirs() {
        assertThat(KafkaAcls.all())
                .filteredOn(acl -> acl.name().equals("rivulet-replicas") || acl.resource() == Resource.TRANSACTIONAL_ID)
                .extracting(KafkaAcl::toString)
                .containsExactly(
                        "federation-service TRANSACTIONAL_ID PREFIXED federation-sums DESCRIBE",
                        "federation-service TRANSACTIONAL_ID PREFIXED federation-sums WRITE",
                        "inference-service GROUP LITERAL rivulet-replicas DESCRIBE_CONFIGS",
                        "inference-service GROUP LITERAL rivulet-replicas READ",
                        "inference-service TRANSACTIONAL_ID PREFIXED rivulet-jobs- DESCRIBE",
                        "inference-service TRANSACTIONAL_ID PREFIXED rivulet-jobs- WRITE");
    }

    /** Topics in which Kafka Streams remembers, whose names it makes up. */
    private static boolean ofSums(KafkaAcl acl) {
        return acl.resource() == Resource.TOPIC
                && acl.pattern() == Pattern.PREFIXED
                && acl.name().equals("federation-sums-");
    }

    @Test
    void aRightToEverythingCannotBeMade() {
        assertThatThrownBy(() -> new KafkaAcl("a", Resource.TOPIC, Pattern.LITERAL, "*", Operation.READ))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> names(List<Topic.Reader> readers) {
        return readers.stream().map(Topic.Reader::service).toList();
    }

    private static List<String> may(String topic, Operation operation) {
        return KafkaAcls.all().stream()
                .filter(acl ->
                        acl.resource() == Resource.TOPIC && acl.name().equals(topic) && acl.operation() == operation)
                .map(KafkaAcl::principal)
                .toList();
    }
}
