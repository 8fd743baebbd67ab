// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Devices train a model, and the rest of the platform has it: the registry a version, Kafka the rounds, an auditor the log. */
@ExtendWith(OnPlatform.class)
class FederationIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void theRegistryKafkaAndAnAuditorHaveWhatDevicesTrained(Platform platform, @TempDir Path folder) throws Exception {
        try (Wards wards = new Wards(platform, "wards", 2)) {
            wards.ask("PUT", "/wards/publish", """
                    {"model": "ward-model", "rollout": {"steps": [50, 100], "automatic": false, "prepare_seconds": 5}}""");
            wards.begin();
            Awaitility.await("two rounds")
                    .atMost(PATIENCE)
                    .until(() -> wards.ask("GET", "/wards", "").path("stopped").asString(""), "rounds_done"::equals);

            Awaitility.await("both versions are in the registry")
                    .atMost(PATIENCE)
                    .until(() -> states(wards), List.of("done", "done")::equals);
            comesFromItsRounds(platform);
            assertThat(phases(platform)).contains("wards/1", "wards/2");
            isAudited(platform, wards, folder);
        }
    }

    private static List<String> states(Wards wards) throws Exception {
        List<String> states = new ArrayList<>();
        wards.ask("GET", "/wards/publish", "")
                .path("versions")
                .forEach(version -> states.add(version.path("state").asString()));
        return states;
    }

    private static void comesFromItsRounds(Platform platform) {
        JsonNode lineage = registry(platform, "/api/models/ward-model/versions/wards.2/lineage");
        assertThat(lineage.path("versions").toString()).contains("ward-model/wards.2", "ward-model/wards.1");
        assertThat(lineage.path("edges"))
                .anySatisfy(edge -> {
                    assertThat(edge.path("kind").asString()).isEqualTo("federation_round");
                    assertThat(edge.path("target").asString()).isEqualTo("wards/2");
                    assertThat(edge.path("facts").path("contributors").asString())
                            .isEqualTo("2");
                })
                .anySatisfy(edge -> {
                    assertThat(edge.path("kind").asString()).isEqualTo("parent");
                    assertThat(edge.path("target").asString()).isEqualTo("ward-model/wards.1");
                });
        assertThat(registry(platform, "/api/models/ward-model")
                        .path("aliases")
                        .path("champion")
                        .asString())
                .isEqualTo("wards.1");
        assertThat(registry(platform, "/api/models/ward-model/timeline").toString())
                .contains("wards.1", "wards.2", "rollout_started");
    }

    private static JsonNode registry(Platform platform, String path) {
        return Platform.JSON.readTree(
                new Registration(platform).ask("GET", path, "").body());
    }

    /** Keys of the records that tell of a round's end. */
    private static List<String> phases(Platform platform) {
        List<String> keys = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Registration.consumer(platform), new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("federation.round.changed"));
            Awaitility.await("four facts of each round")
                    .pollInSameThread()
                    .atMost(PATIENCE)
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(300)).forEach(record -> keys.add(record.key()));
                        return keys.stream().filter("wards/2"::equals).count() == 4;
                    });
        }
        return keys;
    }

    private static void isAudited(Platform platform, Wards wards, Path folder) throws Exception {
        Path log = file(wards, folder, "");
        Path key = file(wards, folder, "/key");
        Path checkpoint = file(wards, folder, "/checkpoint");
        String[] verify = {
            "federate", "verify", log.toString(), "--key", key.toString(), "--checkpoint", checkpoint.toString()
        };

        assertThat(platform.run(verify).succeeded().output()).contains("intact", "wards", "2, the last made version 2");
        Files.writeString(log, Files.readString(log).replaceFirst("\"count\":2", "\"count\":3"));
        assertThat(platform.run(verify).exit()).isEqualTo(3);
    }

    private static Path file(Wards wards, Path folder, String part) throws Exception {
        Path file = folder.resolve("audit" + part.replace('/', '-'));
        return Files.writeString(file, wards.text("GET", "/wards/audit" + part, ""));
    }
}
