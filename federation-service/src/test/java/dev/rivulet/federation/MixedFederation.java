// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.flower.grpc.FlowerEndpoint;
import dev.rivulet.federation.publication.Models;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole service with a device of the SDK, for programs of others to join: {@code conformance/federation}. Says {@code READY} with
 * where to join, and {@code RESULT} with what came of it.
 */
public final class MixedFederation {

    private static final SoftmaxRegression NETWORK = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
    private static final String NAME = "mixed";
    private static final JsonMapper JSON = JsonMapper.shared();

    private MixedFederation() {}

    /** @param arguments the number of rounds */
    public static void main(String[] arguments) throws Exception {
        SpringApplication application = new SpringApplication(FederationApplication.class);
        application.addInitializers(new Platform());
        try (ConfigurableApplicationContext context = application.run(
                "--server.port=0",
                "--rivulet.access.token=a-token-of-the-test",
                "--rivulet.federation.flower.federation=" + NAME,
                "--rivulet.federation.flower.port=0")) {
            int port = Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
            trained(context, port, Integer.parseInt(arguments[0]));
        }
        System.exit(0);
    }

    private static void trained(ConfigurableApplicationContext context, int port, int rounds) throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make(NAME, Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 3, "quorum": 3, "over_selection": 1, "gather": "PT0S", "cut_off": "PT2M",
                     "deadline": "PT2M"}""", rounds);
            operator.start(NAME);
            try (Fleet fleet = new Fleet(operator.service(), operator.token(NAME, 1))) {
                fleet.started("jvm", new LocalTrainer(Clusters.of(0, 90), 0));
                int flower = context.getBean(FlowerEndpoint.class).port();
                say(
                        "READY",
                        Map.of(
                                "url", operator.service().toString(),
                                "token", operator.token(NAME, 1),
                                "flower", "127.0.0.1:" + flower));
                Awaitility.await()
                        .atMost(Duration.ofMinutes(5))
                        .until(() ->
                                !operator.look(NAME).at("/stopped").asString("").isEmpty());
            }
            say("RESULT", result(context, operator, rounds));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> context.getBean(dev.rivulet.federation.flower.FlowerDesk.class)
                                    .connections()
                            == 0);
        }
    }

    private static Map<String, Object> result(ConfigurableApplicationContext context, Operator operator, int rounds) {
        JsonNode look = operator.look(NAME);
        List<Map<String, Object>> counted = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            Map<String, Object> devices = new LinkedHashMap<>();
            operator.events(NAME, round).forEach(event -> {
                if (event.at("/type").asString().equals("Counted")) {
                    devices.put(event.at("/event/device").asString(), event.at("/event/contribution/metrics"));
                }
            });
            counted.add(devices);
        }
        return Map.of(
                "stopped", look.at("/stopped").asString(),
                "version", look.at("/version").asLong(),
                "unattested", look.at("/unattested"),
                "rounds", counted,
                "accuracy", accuracy(context.getBean(Models.class), rounds));
    }

    private static double accuracy(Models models, long version) {
        Layout layout = models.layout(NAME).orElseThrow();
        Parameters model = models.load(models.published(NAME, version).orElseThrow(), layout);
        List<Evaluation> parts = new ArrayList<>();
        for (int device = 100; device < 103; device++) {
            parts.add(NETWORK.evaluate(model, Clusters.of(device, 200)));
        }
        return Evaluation.over(parts).accuracy();
    }

    private static void say(String word, Map<String, Object> what) {
        System.out.println(word + " " + JSON.writeValueAsString(what));
        System.out.flush();
    }
}
