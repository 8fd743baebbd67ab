package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.EdgeDevice;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.update.Parameters;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FEDERATION = """
            {"name": "wards", "running": true, "tensors": [{"name": "weight", "shape": [4, 3]}],
             "settings": {
               "policy": {"goal": 2, "quorum": 2, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                          "deadline": "PT60S"},
               "aggregation": {"strategy": "FED_AVG", "server_rate": 1, "trim": 0.1},
               "training": {"epochs": 1, "batch": 1, "rate": 0.1, "mu": 0},
               "limits": {"most_bytes": 4096, "most_weight": 100, "most_norm": 1000},
               "energy": {"least_battery": 0, "metered": true},
               "stopping": {"most_rounds": 2, "patience": 0, "least_gain": 0, "most_failures": 10}}}""";

    @Test
    void theRegistryKafkaAndAnAuditorHaveWhatDevicesTrained(Platform platform, @TempDir Path folder) throws Exception {
        ask(platform, "POST", "/api/federations", FEDERATION);
        ask(platform, "PUT", "/api/federations/wards/publish", """
                {"model": "ward-model", "rollout": {"steps": [50, 100], "automatic": false, "prepare_seconds": 5}}""");
        train(platform);

        Awaitility.await("both versions are in the registry")
                .atMost(PATIENCE)
                .until(() -> states(platform), List.of("done", "done")::equals);
        comesFromItsRounds(platform);
        assertThat(phases(platform)).contains("wards/1", "wards/2");
        isAudited(platform, folder);
    }

    private static void train(Platform platform) throws Exception {
        String token = ask(platform, "POST", "/api/federations/wards/tokens", "{\"uses\": 2}")
                .path("token")
                .asString();
        List<Thread> threads = new ArrayList<>();
        try (FederationClient one = enrolled(platform, token);
                FederationClient other = enrolled(platform, token)) {
            threads.add(Thread.ofVirtual().start(() -> takePart(one, 1)));
            threads.add(Thread.ofVirtual().start(() -> takePart(other, 3)));
            Awaitility.await("two rounds")
                    .atMost(PATIENCE)
                    .until(
                            () -> ask(platform, "GET", "/api/federations/wards", "")
                                    .path("stopped")
                                    .asString(""),
                            "rounds_done"::equals);
            threads.forEach(Thread::interrupt);
        }
    }

    private static FederationClient enrolled(Platform platform, String token) throws Exception {
        return FederationClient.enrol(
                platform.url("FEDERATION"),
                token,
                DeviceKeys.generate(),
                "a device",
                ClientSettings.USUAL,
                Clock.systemUTC(),
                new SecureRandom());
    }

    /** Adds a number to each value: the mean is known. */
    private static void takePart(FederationClient client, float step) {
        EdgeDevice device = new EdgeDevice(
                client, task -> added(task, step), Capabilities::getDefaultInstance, new Random((long) step));
        while (!Thread.currentThread().isInterrupted()) {
            try {
                device.takePart(Duration.ofSeconds(10));
            } catch (IOException | RefusedByFederationException | InterruptedException e) {
                return;
            }
        }
    }

    private static Trainer.Outcome added(Trainer.Task task, float step) {
        float[] values = task.model().values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += step;
        }
        return new Trainer.Outcome.Trained(new Parameters(task.model().layout(), values), 1, Map.of());
    }

    private static List<String> states(Platform platform) throws Exception {
        List<String> states = new ArrayList<>();
        ask(platform, "GET", "/api/federations/wards/publish", "")
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

    private static void isAudited(Platform platform, Path folder) throws Exception {
        Path log = file(platform, folder, "");
        Path key = file(platform, folder, "/key");
        Path checkpoint = file(platform, folder, "/checkpoint");
        String[] verify = {
            "federate", "verify", log.toString(), "--key", key.toString(), "--checkpoint", checkpoint.toString()
        };

        assertThat(platform.run(verify).succeeded().output()).contains("intact", "wards", "2, the last made version 2");
        Files.writeString(log, Files.readString(log).replaceFirst("\"count\":2", "\"count\":3"));
        assertThat(platform.run(verify).exit()).isEqualTo(3);
    }

    private static Path file(Platform platform, Path folder, String part) throws Exception {
        Path file = folder.resolve("audit" + part.replace('/', '-'));
        return Files.writeString(file, text(platform, "GET", "/api/federations/wards/audit" + part, ""));
    }

    private static JsonNode ask(Platform platform, String method, String path, String body) throws Exception {
        return Platform.JSON.readTree(text(platform, method, path, body));
    }

    private static String text(Platform platform, String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(platform.url("FEDERATION").resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + platform.internalToken())
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }
}
