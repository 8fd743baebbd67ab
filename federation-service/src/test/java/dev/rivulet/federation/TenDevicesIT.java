// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Federations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Devices of the SDK train a model over real HTTP, while one of them dies, one is slow, and the service begins anew in mid-round. */
@WholeFederation
class TenDevicesIT {

    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
    private static final int ROUNDS = 4;

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Autowired
    private Federations federations;

    @Test
    void aModelIsTrainedAlthoughOneDeviceDiesAndOneIsSlow() throws Exception {
        CountDownLatch slowMayGoOn = new CountDownLatch(1);
        try (Operator operator = new Operator(port)) {
            operator.make("ten", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 9, "quorum": 8, "over_selection": 1.1, "gather": "PT0.2S", "cut_off": "PT4S",
                     "deadline": "PT60S"}""", ROUNDS);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("ten", 10))) {
                for (int i = 0; i < 8; i++) {
                    fleet.started("device-" + i, new LocalTrainer(Clusters.of(i, 90), i));
                }
                fleet.started("slow", slow(new LocalTrainer(Clusters.of(8, 90), 8), slowMayGoOn));
                FederationClient dying = fleet.enrolled("dying");
                Thread waits = Thread.ofVirtual().start(() -> goesWithItsWork(dying));
                await().atMost(Duration.ofSeconds(30)).until(() -> federations.waiting("ten") == 10);
                operator.start("ten");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> operator.look("ten").at("/stopped").asString(""), "rounds_done"::equals);
                assertThat(waits.join(Duration.ofSeconds(10))).isTrue();
                slowMayGoOn.countDown();
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> fleet.refusals().contains("late"));
            }
            JsonNode first = operator.events("ten", 1);
            assertThat(types(first))
                    .startsWith("Opened")
                    .endsWith("Closed", "Aggregated", "Published")
                    .filteredOn("Counted"::equals)
                    .hasSize(8);
            assertThat(first.toString()).contains("\"reason\":\"dead\"", "\"why\":\"CUT_OFF\"");
            for (int round = 2; round <= ROUNDS; round++) {
                assertThat(types(operator.events("ten", round)))
                        .filteredOn("Counted"::equals)
                        .hasSize(8);
            }
            assertThat(operator.look("ten").at("/version").asLong()).isEqualTo(ROUNDS);
        }
        assertThat(evaluated("ten", ROUNDS).accuracy()).isGreaterThan(0.85);
        assertThat(evaluated("ten", ROUNDS).loss())
                .isLessThan(evaluated("ten", 1).loss());
    }

    @Test
    void aRoundGoesOnAfterTheServiceBeganAnew() throws Exception {
        CountDownLatch mayTrain = new CountDownLatch(1);
        try (Operator operator = new Operator(port)) {
            operator.make("anew", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 3, "quorum": 3, "over_selection": 1, "gather": "PT0S", "cut_off": "PT20S",
                     "deadline": "PT30S"}""", 2);
            operator.start("anew");
            try (Fleet fleet = new Fleet(operator.service(), operator.token("anew", 3))) {
                fleet.started("quick", new LocalTrainer(Clusters.of(0, 30), 0));
                fleet.started("late-1", slow(new LocalTrainer(Clusters.of(1, 30), 1), mayTrain));
                fleet.started("late-2", slow(new LocalTrainer(Clusters.of(2, 30), 2), mayTrain));
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> operator.look("anew").at("/counted").asInt() == 1);
                federations.stop();
                federations.start();
                assertThat(operator.look("anew").at("/state").asString()).isEqualTo("collecting");
                assertThat(operator.look("anew").at("/counted").asInt()).isEqualTo(1);
                mayTrain.countDown();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> operator.look("anew").at("/stopped").asString(""), "rounds_done"::equals);
            }
            for (int round = 1; round <= 2; round++) {
                assertThat(types(operator.events("anew", round)))
                        .containsExactly(
                                "Opened", "Counted", "Counted", "Counted", "Closed", "Aggregated", "Published");
            }
        }
    }

    @Test
    void workIsThereAMomentAfterTheRoundBegins() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("moment", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 10, "quorum": 10, "over_selection": 1, "gather": "PT0S", "cut_off": "PT20S",
                     "deadline": "PT30S"}""", 1);
            List<Long> moments = Collections.synchronizedList(new ArrayList<>());
            try (Fleet fleet = new Fleet(operator.service(), operator.token("moment", 10))) {
                List<Thread> waiting = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    FederationClient client = fleet.enrolled("moment-" + i);
                    waiting.add(Thread.ofVirtual().start(() -> {
                        try {
                            assertThat(client.await(Duration.ofSeconds(20))).isPresent();
                            moments.add(System.nanoTime());
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }));
                }
                await().atMost(Duration.ofSeconds(20)).until(() -> federations.waiting("moment") == 10);
                long start = System.nanoTime();
                operator.start("moment");
                for (Thread thread : waiting) {
                    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
                }
                moments.replaceAll(at -> (at - start) / 1000);
                moments.sort(null);
                System.out.printf(
                        "work after the start: first %d us, median %d us, last %d us%n",
                        moments.getFirst(), moments.get(5), moments.getLast());
            }
            assertThat(moments).hasSize(10).allMatch(micros -> micros < 1_000_000);
        }
    }

    private static Trainer slow(Trainer trainer, CountDownLatch latch) {
        return task -> {
            latch.await();
            return trainer.train(task);
        };
    }

    /** Takes its work, and is not heard of again. */
    private static void goesWithItsWork(FederationClient client) {
        try {
            while (client.await(Duration.ofSeconds(20)).isEmpty()) {}
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> types(JsonNode events) {
        return events.valueStream().map(event -> event.at("/type").asString()).toList();
    }

    private Evaluation evaluated(String federation, long version) {
        Layout layout = models.layout(federation).orElseThrow();
        Parameters model = models.load(models.published(federation, version).orElseThrow(), layout);
        List<Evaluation> parts = new ArrayList<>();
        for (int device = 100; device < 103; device++) {
            parts.add(NETWORK.evaluate(model, Clusters.of(device, 200)));
        }
        return Evaluation.over(parts);
    }
}
