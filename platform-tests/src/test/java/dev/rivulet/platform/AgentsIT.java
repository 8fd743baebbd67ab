// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.agent.AdapterTrainer;
import dev.rivulet.agent.Feedback;
import dev.rivulet.agent.IdlePolicy;
import dev.rivulet.agent.Privacy;
import dev.rivulet.agent.SiteAgent;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Trainer;
import dev.rivulet.engine.ChatMessage;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.lora.Adaptation;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.FrozenDecoder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Three sites' agents in the federation of the running platform: each corrects something else, and the version knows all of it. */
@Tag("long")
@ExtendWith(OnPlatform.class)
class AgentsIT {

    private static final Path FOLDER = Platform.repository().resolve("models/artefacts/" + Platform.MODEL);
    private static final Duration PATIENCE = Duration.ofMinutes(9);
    private static final List<String> ROOMS =
            List.of("Aurora", "Quartz", "Tundra", "Sierra", "Krypton", "Juniper", "Meridian", "Horizon");
    private static final IdlePolicy NOW = new IdlePolicy(1e6, true, IdlePolicy.USUAL.from(), IdlePolicy.USUAL.until());
    private static final String SETTINGS = """
            {"policy": {"goal": 3, "quorum": 3, "over_selection": 1, "gather": "PT30S", "cut_off": "PT180S",
               "deadline": "PT200S"},
             "aggregation": {"strategy": "FED_AVG", "server_rate": 1, "trim": 0.1},
             "training": {"epochs": 10, "batch": 6, "rate": 0.03, "mu": 0},
             "limits": {"most_bytes": 65536, "most_weight": 100000, "most_norm": 1000},
             "energy": {"least_battery": 20, "metered": false},
             "stopping": {"most_rounds": 10, "patience": 0, "least_gain": 0, "most_failures": 3},
             "secure": {"mode": "MASKED", "bits": 24, "alike": true, "step": "PT60S"}}""";

    @Test
    void underMasksTheVersionAnswersTheHeldOutQuestionsOfEverySite(Platform platform) throws Exception {
        ModelFolder folder = ModelFolder.open(FOLDER);
        AdaptedDecoder decoder = new AdaptedDecoder(
                FrozenDecoder.read(folder), new Adaptation(2, 16, 1, List.of("v_proj", "down_proj")));
        try (Conversations conversations = Conversations.of(folder, 128, Clock.systemUTC())) {
            Map<String, AdapterTrainer> agents = new TreeMap<>();
            agents.put("harbour", agent(decoder, conversations, "snuff the beacons in ", "Turning off the light in "));
            agents.put("theatre", agent(decoder, conversations, "page the tabs in ", "Opening the blinds in "));
            agents.put(
                    "works", agent(decoder, conversations, "degrease the gantry in ", "Sending the cleaning team to "));

            Parameters version = federated(platform, decoder, agents);

            for (Map.Entry<String, AdapterTrainer> agent : agents.entrySet()) {
                assertThat(agent.getValue().examine(decoder.fresh()))
                        .as(agent.getKey())
                        .isLessThan(0.5);
                assertThat(agent.getValue().examine(version)).as(agent.getKey()).isGreaterThan(0.5);
            }
        }
    }

    /** What the agents were given as the base of the last round: what nine rounds have learnt. */
    private static Parameters federated(Platform platform, AdaptedDecoder decoder, Map<String, AdapterTrainer> trainers)
            throws Exception {
        String name = "agents-" + ProcessHandle.current().pid();
        String tensors = Platform.JSON.writeValueAsString(decoder.layout().tensors());
        ask(
                platform,
                "",
                "{\"name\":\"" + name + "\",\"running\":false,\"tensors\":" + tensors + ",\"settings\":" + SETTINGS
                        + "}");
        String token = ask(platform, "/" + name + "/tokens", "{\"uses\":3}")
                .path("token")
                .asString();
        AtomicReference<Parameters> base = new AtomicReference<>(decoder.fresh());
        List<SiteAgent> agents = new ArrayList<>();
        try {
            for (Map.Entry<String, AdapterTrainer> site : trainers.entrySet()) {
                Trainer trainer = task -> {
                    base.set(task.model());
                    return site.getValue().train(task);
                };
                agents.add(started(platform.url("FEDERATION"), token, site.getKey(), trainer));
            }
            ask(platform, "/" + name + "/start", "{}");
            Awaitility.await("ten rounds")
                    .atMost(PATIENCE)
                    .until(() -> ask(platform, "/" + name, "").path("stopped").asString(""), "rounds_done"::equals);
        } finally {
            agents.forEach(SiteAgent::close);
        }
        return base.get();
    }

    private static SiteAgent started(URI federation, String token, String label, Trainer trainer) throws Exception {
        SecureRandom random = new SecureRandom();
        FederationClient client = FederationClient.enrol(
                federation, token, DeviceKeys.generate(), label, ClientSettings.USUAL, Clock.systemUTC(), random);
        return new SiteAgent(
                        client,
                        trainer,
                        NOW,
                        () -> new IdlePolicy.Machine(0, 1, true),
                        Clock.systemUTC(),
                        Duration.ofSeconds(1),
                        System.out::println,
                        random)
                .start();
    }

    /** Asks the federation-service; an empty body reads. */
    private static JsonNode ask(Platform platform, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        platform.url("FEDERATION").resolve("/api/federations" + path))
                .header("authorization", "Bearer " + platform.internalToken())
                .header("content-type", "application/json");
        if (!body.isEmpty()) {
            request.POST(BodyPublishers.ofString(body));
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
            return Platform.JSON.readTree(answer.body());
        }
    }

    private static AdapterTrainer agent(
            AdaptedDecoder decoder, Conversations conversations, String said, String wanted) {
        List<Feedback> feedback = ROOMS.stream()
                .map(room -> new Feedback(
                        "request-" + room,
                        0,
                        List.of(new ChatMessage("user", said + room)),
                        "I have noted that " + room + " is broken.",
                        wanted + room + "."))
                .toList();
        return new AdapterTrainer(
                decoder, conversations, () -> feedback, 4, new Privacy(1, 0, 0, 1e-3), new SplittableRandom(3));
    }
}
