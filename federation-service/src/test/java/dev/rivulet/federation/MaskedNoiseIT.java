// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.SecureTrust;
import dev.rivulet.edge.Trainer;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.Models;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Devices that add their noise under masks, over real HTTP: what it costs is written before the sum is there, and ends rounds. */
@WholeFederation
class MaskedNoiseIT {

    private static final int SIZE = Clusters.DIMENSIONS * Clusters.CLASSES + Clusters.CLASSES;

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Test
    void devicesThatSignAddTheirNoiseAndADeviceThatShowsNothingStaysAwayFromPlainSums() throws Exception {
        Map<String, PublicKey> keys = new ConcurrentHashMap<>();
        SecureTrust trust =
                new SecureTrust(new SecureRandom(), 4, true, device -> Optional.ofNullable(keys.get(device)));
        String policy = """
                {"goal": 5, "quorum": 4, "over_selection": 1, "gather": "PT30S", "cut_off": "PT60S",
                 "deadline": "PT60S"}""";
        try (Operator operator = new Operator(port)) {
            operator.make("noised", Clusters.DIMENSIONS, Clusters.CLASSES, policy, 9, 4096, """
                    {"mode": "MASKED", "signed": true, "step": "PT60S",
                     "noise": {"kind": "DISTRIBUTED", "clip": 1, "multiplier": 0.5, "epsilon": 14}}""");
            operator.make("shown", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 1, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S",
                     "deadline": "PT60S"}""", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("noised", 5));
                    Fleet other = new Fleet(operator.service(), operator.token("shown", 1))) {
                for (int i = 0; i < 5; i++) {
                    FederationClient client = fleet.started("noised-" + i, MaskedNoiseIT::tenths, trust);
                    keys.put(
                            client.identity().device(), client.identity().keys().getPublic());
                }
                other.started("shown-0", MaskedNoiseIT::tenths, trust);
                operator.start("noised");
                operator.start("shown");
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> operator.look("noised").at("/stopped").asString(""), "budget_spent"::equals);
                assertCharged(operator);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> operator.events("shown", 1).toString().contains("reported-unsupported"));
            }
        }
        Layout layout = models.layout("noised").orElseThrow();
        float[] model =
                models.load(models.published("noised", 1).orElseThrow(), layout).values();
        double deviation = 0.5 * Math.sqrt(5 / 4.0) / 5;
        double squares = 0;
        for (float value : model) {
            assertThat((double) value).isBetween(0.1 - 8 * deviation, 0.1 + 8 * deviation);
            squares += (value - 0.1) * (value - 0.1);
        }
        assertThat(Math.sqrt(squares / SIZE)).isBetween(deviation / 3, deviation * 3);
    }

    /** Of the noise of five devices and not of four, before the sum was there; the log that is signed says the same. */
    private static void assertCharged(Operator operator) {
        JsonNode events =
                operator.events("noised", operator.look("noised").at("/round").asLong());
        assertThat(events.valueStream().map(event -> event.at("/type").asString()))
                .containsSubsequence("Counted", "Charged", "Closed", "Aggregated", "Published");
        JsonNode charge = events.valueStream()
                .filter(event -> event.at("/type").asString().equals("Charged"))
                .findFirst()
                .orElseThrow()
                .at("/event");
        assertThat(charge.at("/mechanism/devices").asInt()).isEqualTo(5);
        assertThat(charge.at("/devices").size()).isEqualTo(5);
        double epsilon = charge.at("/epsilon").asDouble();
        assertThat(epsilon).isBetween(8.0, 14.0);
        JsonNode report = operator.look("noised", "privacy");
        assertThat(report.at("/epsilon").asDouble()).isEqualTo(epsilon);
        assertThat(report.at("/rounds").asInt()).isEqualTo(1);
        assertThat(report.at("/spent").asBoolean()).isTrue();
        assertThat(report.at("/devices").valueStream()).hasSize(5).allMatch(spent -> spent.asDouble() == epsilon);
        assertThat(operator.text("/api/federations/noised/audit"))
                .contains("\"epsilon\":\"%s".formatted(Double.toString(epsilon).substring(0, 8)))
                .contains("\"secureAggregation\":true");
    }

    private static Trained tenths(Trainer.Task task) {
        float[] values = new float[SIZE];
        Arrays.fill(values, 0.1f);
        return new Trained(new Parameters(task.model().layout(), values), 1, Map.of());
    }
}
