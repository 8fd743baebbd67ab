// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.helm.ForeignKinds.KafkaUser;
import dev.rivulet.helm.ForeignKinds.Right;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Brokers of the Strimzi operator, and KEDA's look at them. */
class StrimziTest {

    private static final Path ACLS = Path.of("../deploy/kafka/acls.txt");

    @Test
    void everyServiceIsAUserOfTheClusterOverTls() {
        RenderedChart chart = RenderedChart.of("strimzi");
        String gateway = "demo-rivulet-gateway";

        assertThat(chart.variable(gateway, "RIVULET_KAFKA").getValue())
                .isEqualTo("demo-rivulet-kafka-kafka-bootstrap:9093");
        assertThat(chart.variable(gateway, "RIVULET_KAFKA_PROTOCOL").getValue()).isEqualTo("SASL_SSL");
        assertThat(chart.variable(gateway, "RIVULET_KAFKA_PASSWORD")
                        .getValueFrom()
                        .getSecretKeyRef()
                        .getName())
                .isEqualTo(chart.variable(gateway, "RIVULET_KAFKA_USER").getValue())
                .isEqualTo("demo-rivulet-gateway-service");
        assertThat(users(chart)).contains("demo-rivulet-gateway-service").hasSize(6);
        assertThat(chart.pod(gateway).getSpec().getVolumes())
                .anySatisfy(volume -> assertThat(volume.getName()).isEqualTo("kafka-ca"));
        assertThat(chart.pods().keySet()).noneMatch(name -> name.endsWith("kafka"));
        var cluster = chart.foreign("Kafka", ForeignKinds.Kafka.class).kafka();
        assertThat(cluster.config()).containsEntry("min.insync.replicas", 2);
        assertThat(cluster.listeners())
                .singleElement()
                .satisfies(listener -> assertThat(listener.tls()).isTrue());
    }

    @Test
    void rightsAreThoseOfTheCatalogueOfEvents() throws IOException {
        List<Right> rights = RenderedChart.of("strimzi").foreigners("KafkaUser", KafkaUser.class).stream()
                .flatMap(user -> user.authorization().acls().stream())
                .toList();

        List<String> catalogue = Files.readAllLines(ACLS);
        assertThat(rights).hasSameSizeAs(catalogue);
        assertThat(rights.stream().map(StrimziTest::asInTheCatalogue))
                .containsExactlyInAnyOrderElementsOf(catalogue.stream()
                        .map(line -> line.substring(line.indexOf(' ') + 1))
                        .map(line -> line.startsWith("CLUSTER")
                                ? "CLUSTER " + line.substring(line.lastIndexOf(' ') + 1)
                                : line)
                        .toList());
    }

    private static String asInTheCatalogue(Right right) {
        String operation = right.operations().getFirst().replaceAll("(?<=[a-z])(?=[A-Z])", "_");
        var resource = right.resource();
        Stream<String> words = resource.name() == null
                ? Stream.of("CLUSTER", operation)
                : Stream.of(
                        resource.type().replaceAll("(?<=[a-z])(?=[A-Z])", "_"),
                        "prefix".equals(resource.patternType()) ? "PREFIXED" : "LITERAL",
                        resource.name(),
                        operation);
        List<String> told = words.toList();
        return String.join(
                " ",
                told.stream()
                        .map(word -> word.equals(resource.name()) ? word : word.toUpperCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void kedaLooksAtTheLagWithTheUserOfTheReplicas() {
        RenderedChart chart = RenderedChart.of("strimzi");

        var lag = chart.foreign("ScaledObject", ForeignKinds.ScaledObject.class)
                .triggers()
                .getLast();
        assertThat(lag.metadata())
                .containsAllEntriesOf(Map.of(
                        "consumerGroup", "rivulet-replicas",
                        "topic", "inference.request.submitted",
                        "sasl", "scram_sha512",
                        "tls", "enable"));
        var login = chart.foreign("TriggerAuthentication", ForeignKinds.TriggerAuthentication.class);
        assertThat(login.env())
                .extracting(ForeignKinds.FromEnvironment::name)
                .allSatisfy(name -> assertThat(chart.variable("demo-rivulet-inference", name))
                        .isNotNull());
        assertThat(RenderedChart.of("gpu-keda").yaml()).doesNotContain("TriggerAuthentication");
    }

    @Test
    void brokersOfOnesOwnAndOfTheOperatorExcludeEachOther() {
        assertThatThrownBy(() -> RenderedChart.of("strimzi", "kafka.bootstrapServers", "b:9092"))
                .hasMessageContaining("set one of them");
    }

    private static List<String> users(RenderedChart chart) {
        return chart.all(GenericKubernetesResource.class).stream()
                .filter(object -> object.getKind().equals("KafkaUser"))
                .map(object -> object.getMetadata().getName())
                .toList();
    }
}
