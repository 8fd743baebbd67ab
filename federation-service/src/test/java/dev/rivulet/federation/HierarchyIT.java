// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.rivulet.edge.Trainer;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.upstream.UpstreamSettings.Above;
import dev.rivulet.federation.upstream.Upstreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Two regions with two devices each are the devices of a hub, and the same four devices are those of a flat federation. */
@WholeFederation
class HierarchyIT {

    private static final int ROUNDS = 3;
    private static final int[] EXAMPLES = {30, 60, 90, 45};
    private static final String TWO = """
            {"goal": 2, "quorum": 2, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S", "deadline": "PT60S"}""";
    private static final String FOUR = TWO.replace("2,", "4,");

    @LocalServerPort
    private int port;

    @Autowired
    private Models models;

    @Autowired
    private Upstreams upstreams;

    @Test
    void theModelOfAHubOfRegionsIsThatOfAllTheirDevices() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("hub", Clusters.DIMENSIONS, Clusters.CLASSES, TWO, ROUNDS);
            operator.make("flat", Clusters.DIMENSIONS, Clusters.CLASSES, FOUR, ROUNDS);
            for (String region : new String[] {"region-0", "region-1"}) {
                upstreams.link(region, new Above(operator.service(), operator.token("hub", 1)));
                operator.make(region, Clusters.DIMENSIONS, Clusters.CLASSES, TWO, ROUNDS);
                operator.start(region);
            }
            operator.start("hub");
            operator.start("flat");
            try (Fleet flat = new Fleet(operator.service(), operator.token("flat", 4));
                    Fleet first = new Fleet(operator.service(), operator.token("region-0", 2));
                    Fleet second = new Fleet(operator.service(), operator.token("region-1", 2))) {
                for (int i = 0; i < EXAMPLES.length; i++) {
                    Trainer trainer = trainer(Clusters.of(i, EXAMPLES[i]), i);
                    flat.started("flat-" + i, trainer);
                    (i < 2 ? first : second).started("device-" + i, trainer);
                }
                for (String federation : new String[] {"hub", "flat"}) {
                    await().atMost(Duration.ofMinutes(2))
                            .until(
                                    () -> operator.look(federation)
                                            .at("/stopped")
                                            .asString(""),
                                    "rounds_done"::equals);
                }
            }
            List<JsonNode> made = new ArrayList<>();
            for (long round = 1; round <= operator.look("hub").at("/round").asLong(); round++) {
                JsonNode events = operator.events("hub", round);
                if (events.toString().contains("Published")) {
                    made.add(events);
                }
            }
            assertThat(made)
                    .hasSize(ROUNDS)
                    .allSatisfy(events -> assertThat(weights(events)).containsExactlyInAnyOrder(90.0, 135.0));
        }
        float[] hub = model("hub").values();
        float[] flat = model("flat").values();
        assertThat(model("hub").norm()).isGreaterThan(0.1);
        for (int i = 0; i < hub.length; i++) {
            assertThat(hub[i]).isCloseTo(flat[i], within(1e-5f));
        }
    }

    /** Learns the same from the same model, whichever round it is. */
    private static Trainer trainer(Examples examples, long seed) {
        SoftmaxRegression network = new SoftmaxRegression(examples.dimensions(), examples.classes());
        return task -> new Trainer.Outcome.Trained(
                new LocalTraining(2, 10, 0.2f, 0)
                        .train(network.on(examples), task.model(), new Random(seed))
                        .model(),
                examples.count(),
                Map.of());
    }

    private static double[] weights(JsonNode events) {
        return StreamSupport.stream(events.spliterator(), false)
                .filter(each -> each.at("/type").asString().equals("Counted"))
                .peek(each -> assertThat(
                                each.at("/event/contribution/metrics/devices").asInt())
                        .isEqualTo(2))
                .mapToDouble(each -> each.at("/event/contribution/weight").asDouble())
                .toArray();
    }

    private Parameters model(String federation) {
        Layout layout = models.layout(federation).orElseThrow();
        return models.load(models.published(federation, ROUNDS).orElseThrow(), layout);
    }
}
