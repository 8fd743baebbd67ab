// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federation.flower.FlowerDesk;
import dev.rivulet.federation.flower.FlowerProgram;
import dev.rivulet.federation.flower.FlowerProgram.Answering;
import dev.rivulet.federation.flower.FlowerSoftmax;
import dev.rivulet.federation.flower.grpc.FlowerEndpoint;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ClientMessage.EvaluateRes;
import dev.rivulet.flower.v1.ClientMessage.FitRes;
import dev.rivulet.flower.v1.Code;
import dev.rivulet.flower.v1.Status;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Programs that speak Flower's protocol take part in the rounds of devices of the SDK, and their faults are counted as those are. */
@WholeFederation
class FlowerIT {

    private static final int ROUNDS = 2;

    @LocalServerPort
    private int port;

    @Autowired
    private FlowerEndpoint endpoint;

    @Autowired
    private FlowerDesk desk;

    @Autowired
    private Federations federations;

    @Test
    void programsOfFlowerTrainWithDevicesAndTheirFaultsHaveTheirReasons() throws Exception {
        SoftmaxRegression network = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
        try (Operator operator = new Operator(port)) {
            operator.make("flower", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 5, "quorum": 2, "over_selection": 1, "gather": "PT30S", "cut_off": "PT60S",
                     "deadline": "PT60S"}""", ROUNDS);
            FlowerSoftmax good = new FlowerSoftmax(network, Clusters.of(1, 90));
            try (Fleet fleet = new Fleet(operator.service(), operator.token("flower", 1));
                    FlowerProgram first = program(Answering.of(good::evaluate, good::fit));
                    FlowerProgram nan = program(Answering.of(good::evaluate, good::nan));
                    FlowerProgram shapeless = program(Answering.of(good::evaluate, good::shapeless));
                    FlowerProgram other = program(message -> message.hasEvaluateIns()
                            ? ClientMessage.newBuilder()
                                    .setEvaluateRes(
                                            EvaluateRes.newBuilder().setStatus(status(Code.EVALUATE_NOT_IMPLEMENTED)))
                                    .build()
                            : ClientMessage.newBuilder()
                                    .setFitRes(FitRes.newBuilder().setStatus(status(Code.FIT_NOT_IMPLEMENTED)))
                                    .build())) {
                fleet.started("device", new LocalTrainer(Clusters.of(0, 90), 0));
                await().atMost(Duration.ofSeconds(60)).until(() -> federations.waiting("flower") == 5);
                operator.start("flower");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> operator.look("flower").at("/stopped").asString(""), "rounds_done"::equals);

                for (FlowerProgram program : List.of(first, nan, shapeless, other)) {
                    assertThat(program.reconnect().get(60, TimeUnit.SECONDS)).isZero();
                    assertThat(program.ended().get(60, TimeUnit.SECONDS).isOk()).isTrue();
                }
            }
            JsonNode look = operator.look("flower");
            assertThat(look.at("/version").asLong()).isEqualTo(ROUNDS);
            assertThat(look.at("/unattested").size()).isEqualTo(4);
            assertThat(look.at("/best_loss").isNumber()).isTrue();
            List<JsonNode> rounds = LongStream.rangeClosed(1, look.at("/round").asLong())
                    .mapToObj(round -> operator.events("flower", round))
                    .toList();
            assertThat(rounds)
                    .filteredOn(events -> types(events).contains("Published"))
                    .hasSize(ROUNDS)
                    .allSatisfy(events -> assertThat(types(events))
                            .filteredOn("Counted"::equals)
                            .hasSize(2));
            assertThat(rounds.toString())
                    .contains("not-finite", "wrong-shape", "reported-unsupported", "loss-before", "accuracy");
            await().atMost(Duration.ofSeconds(20)).until(() -> desk.connections() == 0);
        }
    }

    private static List<String> types(JsonNode events) {
        return events.valueStream().map(event -> event.at("/type").asString()).toList();
    }

    private FlowerProgram program(Answering answering) {
        return new FlowerProgram(
                NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port())
                        .usePlaintext()
                        .build(),
                new Metadata(),
                answering);
    }

    private static Status status(Code code) {
        return Status.newBuilder().setCode(code).build();
    }
}
