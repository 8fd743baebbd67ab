// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.Trainer;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.ScaffoldDevice;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.publication.ServerStates;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Strategies that remember something, noise with a budget, and updates that come at any time, over real HTTP. */
@WholeFederation
class StrategiesIT {

    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
    private static final Duration LONG = Duration.ofMinutes(2);

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Autowired
    private ServerStates states;

    @Autowired
    private MeterRegistry meters;

    private static String settings(int goal, String aggregation, int mostRounds, String more) {
        return """
                {"policy": {"goal": %d, "quorum": %d, "over_selection": 1.5, "gather": "PT0.2S", "cut_off": "PT20S",
                            "deadline": "PT30S"},
                 "aggregation": %s,
                 "training": {"epochs": 2, "batch": 10, "rate": 0.2, "mu": 0},
                 "limits": {"most_bytes": 4096, "most_weight": 100000, "most_norm": 1000},
                 "energy": {"least_battery": 20, "metered": false},
                 "stopping": {"most_rounds": %d, "patience": 0, "least_gain": 0, "most_failures": 10}%s}""".formatted(goal, goal, aggregation, mostRounds, more);
    }

    private void untilStopped(Operator operator, String name, String why) {
        await().atMost(LONG).until(() -> operator.look(name).at("/stopped").asString(""), why::equals);
    }

    @Test
    void trainingStopsWhenThePrivacyBudgetIsSpentAndGoesOnWhenThereIsMore() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.makeWith(
                    "private",
                    Clusters.DIMENSIONS,
                    Clusters.CLASSES,
                    settings(
                            6, """
                    {"strategy": "FED_ADAM", "weights": "EQUAL", "server_rate": 0.3}""",
                            50, """
                    , "privacy": {"clip": 1, "noise_multiplier": 2, "epsilon": 5, "delta": 1e-5}"""));
            try (Fleet fleet = new Fleet(operator.service(), operator.token("private", 6))) {
                for (int i = 0; i < 6; i++) {
                    fleet.started("private-" + i, new LocalTrainer(Clusters.of(i, 90), i));
                }
                operator.start("private");
                untilStopped(operator, "private", "budget_spent");
                JsonNode report = operator.look("private", "privacy");
                long rounds = report.at("/rounds").asLong();
                assertThat(report.at("/epsilon").asDouble()).isBetween(2.0, 5.0);
                assertThat(report.at("/spent").asBoolean()).isTrue();
                assertThat(report.at("/devices").size()).isEqualTo(6);
                assertThat(operator.look("private").at("/version").asLong()).isEqualTo(rounds);
                assertThat(firstPublished(operator, "private"))
                        .containsSubsequence("Closed", "Charged", "Aggregated", "Published");
                assertThat(states.find("private", rounds).orElseThrow().clip()).isEqualTo(1);
                requireMeasured("private", rounds, report.at("/epsilon").asDouble());
                JsonNode changed = operator.change("private", """
                        {"privacy": {"epsilon": 100}, "stopping": {"most_rounds": %d}}""".formatted(rounds + 1));
                assertThat(changed.at("/changes").size()).isEqualTo(1);
                untilStopped(operator, "private", "rounds_done");
                assertThat(operator.look("private", "privacy").at("/rounds").asLong())
                        .isEqualTo(rounds + 1);
            }
        }
    }

    /** Events of the first round that made a version: on a busy machine a whole cohort may count as dead before. */
    private static String firstPublished(Operator operator, String federation) {
        return LongStream.iterate(1, round -> round + 1)
                .mapToObj(round -> operator.events(federation, round).toString())
                .filter(events -> events.contains("Published"))
                .findFirst()
                .orElseThrow();
    }

    private void requireMeasured(String federation, long rounds, double epsilon) {
        assertThat(meters.get("rivulet.federation.round")
                        .tags("federation", federation, "outcome", "published")
                        .timer()
                        .count())
                .isEqualTo(rounds);
        assertThat(meters.get("rivulet.federation.update.size")
                        .tags("federation", federation)
                        .summary()
                        .count())
                .isEqualTo((long) meters.get("rivulet.federation.round.devices")
                        .tags("federation", federation, "outcome", "counted")
                        .counter()
                        .count());
        assertThat(meters.get("rivulet.federation.epsilon")
                        .tags("federation", federation)
                        .gauge()
                        .value())
                .isEqualTo(epsilon);
        assertThat(meters.get("rivulet.federation.epsilon.limit")
                        .tags("federation", federation)
                        .gauge()
                        .value())
                .isEqualTo(5);
    }

    /** Keeps its control variate from one round to the next. */
    private static final class Controlled implements Trainer {

        private final Examples examples;
        private final ScaffoldDevice device = new ScaffoldDevice("own", Parameters.zeros(NETWORK.layout()));

        Controlled(Examples examples) {
            this.examples = examples;
        }

        @Override
        public Outcome train(Task task) {
            var asked = task.training();
            LocalTraining training =
                    new LocalTraining(asked.getEpochs(), asked.getBatch(), asked.getRate(), asked.getMu());
            Update update = device.train(
                    training,
                    NETWORK.on(examples),
                    task.model(),
                    0,
                    Objects.requireNonNull(task.control()),
                    new Random(task.round()));
            return new Trained(task.model().plus(update.values(), 1), examples.count(), Map.of(), update.control());
        }
    }

    @Test
    void controlVariatesTravelBothWays() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.makeWith("scaffold", Clusters.DIMENSIONS, Clusters.CLASSES, settings(4, """
                    {"strategy": "SCAFFOLD", "population": 4}""", 5, ""));
            assertThat(operator.put("scaffold", "held-out", heldOut(Clusters.of(200, 150)))
                            .at("/examples")
                            .asInt())
                    .isEqualTo(150);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("scaffold", 4))) {
                for (int i = 0; i < 4; i++) {
                    fleet.started("scaffold-" + i, new Controlled(Clusters.of(i, 90)));
                }
                operator.start("scaffold");
                untilStopped(operator, "scaffold", "rounds_done");
            }
            Layout layout = models.layout("scaffold").orElseThrow();
            assertThat(states.control("scaffold", 5, layout)).isNotEqualTo(new byte[4 * layout.size()]);
            assertThat(accuracy("scaffold", 5)).isGreaterThan(0.8);
            assertThat(meters.get("rivulet.federation.accuracy")
                            .tags("federation", "scaffold")
                            .gauge()
                            .value())
                    .isBetween(0.8, 1.0);
            JsonNode devices = operator.look("scaffold", "devices");
            assertThat(devices.size()).isEqualTo(4);
            assertThat(devices.valueStream())
                    .allMatch(device -> device.at("/counted").asInt() > 0
                            && device.at("/distance").asDouble() > 0);
            JsonNode last = operator.events("scaffold", 5)
                    .valueStream()
                    .filter(event -> event.at("/type").asString().equals("Aggregated"))
                    .findFirst()
                    .orElseThrow();
            assertThat(last.at("/event/measured/accuracy").asDouble()).isGreaterThan(0.8);
            assertThat(operator.look("scaffold").at("/best_loss").asDouble())
                    .isLessThanOrEqualTo(last.at("/event/measured/loss").asDouble());
        }
    }

    private static String heldOut(Examples examples) {
        ByteBuffer features =
                ByteBuffer.allocate(4 * examples.features().length).order(ByteOrder.LITTLE_ENDIAN);
        features.asFloatBuffer().put(examples.features());
        return """
                {"dimensions": %d, "classes": %d, "features": "%s", "labels": %s}""".formatted(
                        examples.dimensions(),
                        examples.classes(),
                        Base64.getEncoder().encodeToString(features.array()),
                        Arrays.toString(examples.labels()));
    }

    @Test
    void updatesThatComeAtAnyTimeMakeVersionsWhileOneDeviceIsSlow() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.makeWith("any-time", Clusters.DIMENSIONS, Clusters.CLASSES, settings(2, """
                    {"strategy": "FED_BUFF", "asynchrony": {"most_staleness": 50}}""", 8, ""));
            CountDownLatch slowMayGoOn = new CountDownLatch(1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("any-time", 3))) {
                Trainer slow = new LocalTrainer(Clusters.of(2, 90), 2);
                fleet.started("any-time-slow", task -> {
                    slowMayGoOn.await();
                    return slow.train(task);
                });
                await().atMost(LONG)
                        .until(() -> operator.look("any-time").at("/waiting").asInt() == 1);
                operator.start("any-time");
                await().atMost(LONG)
                        .until(() -> operator.look("any-time").at("/pending").asInt() == 1);
                for (int i = 0; i < 2; i++) {
                    fleet.started("any-time-" + i, new LocalTrainer(Clusters.of(i, 90), i));
                }
                await().atMost(LONG)
                        .until(() -> operator.look("any-time").at("/version").asLong() >= 3);
                slowMayGoOn.countDown();
                untilStopped(operator, "any-time", "rounds_done");
                assertThat(fleet.refusals()).doesNotContain("wrong-base");
            }
            boolean carriedOver = false;
            for (int round = 2; round <= 8; round++) {
                String carried = operator.events("any-time", round)
                        .at("/0/event/terms/carried")
                        .toString();
                carriedOver |= carried.contains("\"base\":0");
            }
            assertThat(carriedOver).isTrue();
            assertThat(accuracy("any-time", 8)).isGreaterThan(0.7);
        }
    }

    @Test
    void settingsThatExcludeEachOtherAreRefusedWithTheReason() {
        try (Operator operator = new Operator(port)) {
            assertThat(operator.conflict("never", settings(6, "{\"strategy\": \"FED_ADAM\"}", 5, """
                    , "privacy": {"clip": 1, "noise_multiplier": 2, "epsilon": 5, "delta": 1e-5}""")))
                    .contains("noise-needs-equal-weights", "Choose equal weights.");
            assertThat(operator.conflict("never", settings(2, "{\"strategy\": \"KRUM\"}", 5, "")))
                    .contains("quorum-too-small", "Set quorum to 5 or more.");
            assertThat(operator.conflict("never", settings(2, "{\"strategy\": \"FED_ASYNC\"}", 5, "")))
                    .contains("each-update-makes-a-version");
        }
    }

    private double accuracy(String federation, long version) {
        Layout layout = models.layout(federation).orElseThrow();
        Parameters model = models.load(models.published(federation, version).orElseThrow(), layout);
        List<Evaluation> parts = new ArrayList<>();
        for (int device = 100; device < 103; device++) {
            parts.add(NETWORK.evaluate(model, Clusters.of(device, 200)));
        }
        return Evaluation.over(parts).accuracy();
    }
}
