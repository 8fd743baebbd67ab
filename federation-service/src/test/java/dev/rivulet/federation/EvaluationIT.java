// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.NetworkTrainer;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.Models;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Versions are measured by devices that no round wants, each once, and the last one too. */
@WholeFederation
class EvaluationIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int DEVICES = 6;
    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
    private static final String SETTINGS = """
            {"policy": {"goal": 2, "quorum": 2, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                        "deadline": "PT60S"},
             "aggregation": {"strategy": "FED_AVG", "server_rate": 1, "trim": 0.1},
             "training": {"epochs": 2, "batch": 10, "rate": 0.2, "mu": 0},
             "limits": {"most_bytes": 4096, "most_weight": 100000, "most_norm": 1000},
             "energy": {"least_battery": 20, "metered": false},
             "stopping": {"most_rounds": 3, "patience": 0, "least_gain": 0, "most_failures": 10},
             "evaluation": {"every": 1, "devices": 3},
             "secure": {"mode": "%s"}}""";

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Test
    void theLastVersionHasTheMeanLossOfTheDevicesThatWereAsked() throws Exception {
        Examples same = Clusters.of(1, 40);
        try (Operator operator = new Operator(port)) {
            operator.makeWith("measured", Clusters.DIMENSIONS, Clusters.CLASSES, SETTINGS.formatted("NONE"));
            try (Fleet fleet = new Fleet(operator.service(), operator.token("measured", DEVICES + 1))) {
                for (int i = 0; i < DEVICES; i++) {
                    fleet.started("device-" + i, new NetworkTrainer(NETWORK, same, i));
                }
                operator.start("measured");
                await().atMost(PATIENCE)
                        .until(() -> measure(operator, 3).path("devices").asInt(), count -> count == 3);

                JsonNode last = measure(operator, 3);
                Evaluation expected = NETWORK.evaluate(model(3), same);
                assertThat(last.path("loss").asDouble()).isCloseTo(expected.loss(), within(1e-9));
                assertThat(last.path("accuracy").asDouble()).isCloseTo(expected.accuracy(), within(1e-9));
                assertThat(last.path("examples").asDouble()).isEqualTo(3 * 40);
                assertThat(operator.look("measured", "evaluations").path("best").asLong())
                        .isBetween(1L, 3L);

                FederationClient other = fleet.enrolled("never-asked");
                assertThatThrownBy(() -> other.evaluated(3, Optional.of(new Trainer.Measured(1, 0, 1.0))))
                        .isInstanceOfSatisfying(
                                RefusedByFederationException.class,
                                refused -> assertThat(refused.code()).isEqualTo("not-selected"));
            }
        }
    }

    @Test
    void aDeviceThatCantMeasureIsGivenTrainingAlone() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.makeWith("trained", Clusters.DIMENSIONS, Clusters.CLASSES, SETTINGS.formatted("NONE"));
            try (Fleet fleet = new Fleet(operator.service(), operator.token("trained", 4))) {
                for (int i = 0; i < 4; i++) {
                    fleet.started("device-" + i, new LocalTrainer(Clusters.of(i, 30), i));
                }
                operator.start("trained");
                await().atMost(PATIENCE)
                        .until(() -> operator.look("trained").at("/stopped").asString(""), "rounds_done"::equals);
                assertThat(operator.look("trained", "evaluations").path("versions"))
                        .isEmpty();
                assertThat(fleet.refusals()).isEmpty();
            }
        }
    }

    @Test
    void aFederationThatSeesSumsAloneAsksNobodyForItsOwnLoss() {
        try (Operator operator = new Operator(port)) {
            assertThat(operator.conflict("masked", SETTINGS.formatted("MASKED")))
                    .contains("evaluations-are-seen", "Leave evaluation out");
        }
    }

    private Parameters model(long version) {
        return models.load(models.published("measured", version).orElseThrow(), NETWORK.layout());
    }

    private static JsonNode measure(Operator operator, long version) {
        for (JsonNode each : operator.look("measured", "evaluations").path("versions")) {
            if (each.path("version").asLong() == version) {
                return each;
            }
        }
        return MissingNode.getInstance();
    }
}
