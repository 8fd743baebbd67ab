// SPDX-License-Identifier: Apache-2.0
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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/** A federation of the running platform and two devices of it, one of which adds 1 to each value and one 3: the mean is known. */
final class Wards implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FEDERATION = """
            {"name": "%s", "running": true, "tensors": [{"name": "weight", "shape": [4, 3]}],
             "settings": {
               "policy": {"goal": 2, "quorum": 2, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                          "deadline": "PT60S"},
               "aggregation": {"strategy": "FED_AVG", "server_rate": 1, "trim": 0.1},
               "training": {"epochs": 1, "batch": 1, "rate": 0.1, "mu": 0},
               "limits": {"most_bytes": 4096, "most_weight": 100, "most_norm": 1000},
               "energy": {"least_battery": 0, "metered": true},
               "stopping": {"most_rounds": %d, "patience": 0, "least_gain": 0, "most_failures": 10}}}""";

    private final Platform platform;
    private final String name;
    private final List<FederationClient> devices = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Makes the federation; its devices come with {@link #begin}. */
    Wards(Platform platform, String name, int mostRounds) throws IOException, InterruptedException {
        this(platform, name);
        ask("POST", "", FEDERATION.formatted(name, mostRounds));
    }

    /** Takes part in a federation that somebody else makes. */
    Wards(Platform platform, String name) {
        this.platform = platform;
        this.name = name;
    }

    /** What the settings are of a federation that ends after so many rounds. */
    static String settings(int mostRounds) {
        return Platform.JSON
                .readTree(FEDERATION.formatted("any", mostRounds))
                .path("settings")
                .toPrettyString();
    }

    /** Two devices enrol and take part until this is closed. */
    void begin() throws Exception {
        String token = ask("POST", "/" + name + "/tokens", "{\"uses\": 2}")
                .path("token")
                .asString();
        for (int step : new int[] {1, 3}) {
            FederationClient client = FederationClient.enrol(
                    platform.url("FEDERATION"),
                    token,
                    DeviceKeys.generate(),
                    "a device",
                    ClientSettings.USUAL,
                    Clock.systemUTC(),
                    new SecureRandom());
            devices.add(client);
            threads.add(Thread.ofVirtual().start(() -> takePart(client, step)));
        }
    }

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

    JsonNode ask(String method, String path, String body) throws IOException, InterruptedException {
        return Platform.JSON.readTree(text(method, path, body));
    }

    /** What the service says below {@code /api/federations}. */
    String text(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(platform.url("FEDERATION").resolve("/api/federations" + path))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + platform.internalToken())
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return answer.body();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        ask("POST", "/" + name + "/stop", "");
        threads.forEach(Thread::interrupt);
        devices.forEach(FederationClient::close);
    }
}
