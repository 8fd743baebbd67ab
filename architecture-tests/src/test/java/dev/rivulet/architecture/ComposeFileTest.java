// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What holds for every container of {@code docker-compose.yml}, those of images too that no test can pull. */
class ComposeFileTest {

    private static final Map<String, Object> FILE = Yaml.read(Sources.root().resolve("docker-compose.yml"));
    private static final Pattern SECRET = Pattern.compile(".*(TOKEN|PASSWORD|API_KEY|SHA256).*");
    private static final Pattern PINNED =
            Pattern.compile(".*:(\\$\\{RIVULET_TAG:-[\\d.]+}|v?\\d[\\w.-]*})|.*:v?\\d[\\w.-]*");

    private static Map<String, Map<String, Object>> services() {
        Map<String, Map<String, Object>> services = new TreeMap<>();
        Yaml.map(FILE, "services").forEach((name, service) -> services.put(name, Yaml.map(service)));
        return services;
    }

    @Test
    void everyContainerIsBoundedInMemoryAndInItsLog() {
        services().forEach((name, service) -> {
            Map<String, Object> resources = Yaml.map(Yaml.map(service, "deploy"), "resources");
            assertThat(Yaml.map(resources, "limits")).as(name).containsKey("memory");
            assertThat(Yaml.map(Yaml.map(service, "logging"), "options"))
                    .as(name)
                    .containsKeys("max-size", "max-file");
            assertThat(String.valueOf(service.get("image"))).as(name).matches(PINNED);
        });
    }

    @Test
    void whatRunsOnIsWatchedOrHasNoShellToBeWatchedBy() {
        Set<String> unwatched = services().entrySet().stream()
                .filter(service -> !service.getValue().containsKey("healthcheck"))
                .filter(service -> !service.getValue().containsKey("build"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());

        // The first comes to its end; the image of the service itself says how each of ours is watched.
        assertThat(unwatched).containsExactlyInAnyOrder("federation-database", "otel-collector", "jaeger");
    }

    @Test
    void noSecretIsInAnEnvironmentAndEachThatIsMountedIsThere() {
        Set<String> known = Yaml.map(FILE, "secrets").keySet();
        services().forEach((name, service) -> {
            if (service.get("environment") instanceof Map<?, ?> environment) {
                assertThat(environment.keySet().stream().map(String::valueOf))
                        .as(name)
                        .allSatisfy(variable -> assertThat(
                                        SECRET.matcher(variable).matches() && !variable.endsWith("_FILE"))
                                .as(variable)
                                .isFalse());
            }
            assertThat(Yaml.list(service, "secrets").stream().map(Yaml::map).map(secret -> secret.get("source")))
                    .as(name)
                    .allSatisfy(source -> assertThat(known).contains(String.valueOf(source)));
        });
    }

    @Test
    void profilesAddAndTheRestIsThePlatform() {
        Map<Boolean, List<String>> platform = services().entrySet().stream()
                .collect(Collectors.partitioningBy(
                        service -> !service.getValue().containsKey("profiles"),
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())));

        assertThat(platform.get(true))
                .contains("kafka", "postgres", "gateway-service", "inference-service", "model-registry", "console");
        assertThat(platform.get(false))
                .containsExactlyInAnyOrder(
                        "gateway-service-2",
                        "inference-service-2",
                        "prometheus",
                        "grafana",
                        "otel-collector",
                        "jaeger",
                        "vllm");
    }

    @Test
    void atTheSecuredBrokerEveryServiceIsItselfAndWaitsForItsRights() {
        Map<String, Object> secured = Yaml.read(Sources.root().resolve("deploy/compose/secured.yml"));
        Map<String, Object> laidOver = Yaml.map(secured, "services");
        Set<String> withKafka = services().entrySet().stream()
                .filter(service -> service.getValue().get("environment") instanceof Map<?, ?> environment
                        && environment.containsKey("RIVULET_KAFKA"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());

        assertThat(withKafka).hasSize(8).isSubsetOf(laidOver.keySet());
        withKafka.forEach(name -> {
            Map<String, Object> service = Yaml.map(laidOver, name);
            assertThat(Yaml.map(service, "environment")).as(name).containsEntry("RIVULET_KAFKA_PROTOCOL", "SASL_SSL");
            assertThat(Yaml.map(service, "depends_on")).as(name).containsKey("kafka-rights");
            assertThat(Yaml.map(Yaml.list(service, "secrets").getFirst()))
                    .as(name)
                    .containsEntry("source", "kafka-" + name.replace("-2", ""))
                    .containsEntry("target", "RIVULET_KAFKA_PASSWORD");
        });
        assertThat(Yaml.map(Yaml.map(laidOver, "kafka-rights"), "deploy")).containsKey("resources");
        assertThat(Yaml.map(Yaml.map(laidOver, "kafka"), "environment").get("KAFKA_LISTENERS"))
                .asString()
                .contains("SERVICES://:9092", "INSIDE://127.0.0.1:", "CONTROLLER://127.0.0.1:");
    }

    @Test
    void theCollectorHandsOnWhatItIsTold() {
        Map<String, Object> collector = Yaml.read(Sources.root().resolve("deploy/otel/collector.yml"));

        Yaml.map(Yaml.map(collector, "service"), "pipelines").forEach((name, value) -> {
            Map<String, Object> pipeline = Yaml.map(value);
            for (String part : List.of("receivers", "processors", "exporters")) {
                assertThat(Yaml.map(collector, part).keySet())
                        .as(name + " " + part)
                        .containsAll(Yaml.list(pipeline, part).stream()
                                .map(String::valueOf)
                                .toList());
            }
        });
    }
}
