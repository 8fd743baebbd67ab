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
import dev.rivulet.flower.v1.ServerMessage.FitIns;
import dev.rivulet.flower.v1.Status;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Programs that speak Flower's protocol take part in the rounds of devices of the SDK, and their faults are counted as those are. */
@WholeFederation
class FlowerIT {

    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<String> REASONS = List.of("not-finite", "wrong-shape", "replayed", "late");

    @LocalServerPort
    private int port;

    @Autowired
    private FlowerEndpoint endpoint;

    @Autowired
    private FlowerDesk desk;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Federations federations;

    @Test
    void programsOfFlowerTrainWithDevicesAndTheirFaultsHaveTheirReasons() throws Exception {
        SoftmaxRegression network = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES);
        try (Operator operator = new Operator(port)) {
            operator.make("flower", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 3, "quorum": 2, "over_selection": 2.3, "gather": "PT30S", "cut_off": "PT120S",
                     "deadline": "PT120S"}""", ROUNDS);
            FlowerSoftmax good = new FlowerSoftmax(network, Clusters.of(1, 90));
            CompletableFuture<FitRes> same = new CompletableFuture<>();
            Map<String, Double> before = refused();
            try (Fleet fleet = new Fleet(operator.service(), operator.token("flower", 1));
                    FlowerProgram first = program(Answering.of(good::evaluate, after(operator, good::fit)));
                    FlowerProgram nan = program(Answering.of(good::evaluate, good::nan));
                    FlowerProgram shapeless = program(Answering.of(good::evaluate, good::shapeless));
                    FlowerProgram again = program(Answering.of(good::evaluate, ask -> {
                        same.complete(good.fit(ask));
                        return same.join();
                    }));
                    FlowerProgram late = program(Answering.of(good::evaluate, ask -> {
                        await().atMost(PATIENCE)
                                .until(() ->
                                        operator.look("flower").at("/version").asLong() > 0);
                        return good.fit(ask);
                    }));
                    FlowerProgram other = program(message -> message.hasEvaluateIns()
                            ? ClientMessage.newBuilder()
                                    .setEvaluateRes(
                                            EvaluateRes.newBuilder().setStatus(status(Code.EVALUATE_NOT_IMPLEMENTED)))
                                    .build()
                            : ClientMessage.newBuilder()
                                    .setFitRes(FitRes.newBuilder().setStatus(status(Code.FIT_NOT_IMPLEMENTED)))
                                    .build())) {
                fleet.started("device", new LocalTrainer(Clusters.of(0, 90), 0));
                await().atMost(Duration.ofSeconds(60)).until(() -> federations.waiting("flower") == 7);
                operator.start("flower");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> operator.look("flower").at("/stopped").asString(""), "rounds_done"::equals);

                for (FlowerProgram program : List.of(first, nan, shapeless, again, late, other)) {
                    assertThat(program.reconnect().get(60, TimeUnit.SECONDS)).isZero();
                    assertThat(program.ended().get(60, TimeUnit.SECONDS).isOk()).isTrue();
                }
            }
            requireRounds(operator, before);
            await().atMost(Duration.ofSeconds(20)).until(() -> desk.connections() == 0);
        }
    }

    /** Each round made a version without those at fault, whose faults are told and counted. */
    private void requireRounds(Operator operator, Map<String, Double> before) {
        JsonNode look = operator.look("flower");
        assertThat(look.at("/version").asLong()).isEqualTo(ROUNDS);
        assertThat(look.at("/unattested").size()).isEqualTo(6);
        assertThat(look.at("/best_loss").isNumber()).isTrue();
        List<JsonNode> rounds = LongStream.rangeClosed(1, look.at("/round").asLong())
                .mapToObj(round -> operator.events("flower", round))
                .toList();
        assertThat(rounds)
                .filteredOn(events -> types(events).contains("Published"))
                .hasSize(ROUNDS)
                .allSatisfy(events ->
                        assertThat(types(events)).filteredOn("Counted"::equals).hasSizeBetween(2, 3));
        assertThat(rounds.toString())
                .contains("not-finite", "wrong-shape", "replayed", "reported-unsupported", "loss-before", "accuracy");
        Map<String, Double> after = refused();
        assertThat(REASONS)
                .allSatisfy(reason -> assertThat(after.getOrDefault(reason, 0.0))
                        .as(reason)
                        .isGreaterThan(before.getOrDefault(reason, 0.0)));
    }

    private Map<String, Double> refused() {
        return REASONS.stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        reason -> meters.counter("rivulet.federation.updates.refused", "reason", reason)
                                .count()));
    }

    /** The round does not close before the faults of others are known. */
    private static Function<FitIns, FitRes> after(Operator operator, Function<FitIns, FitRes> fit) {
        return ask -> {
            long round = ask.getConfigOrThrow("server_round").getWhole();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(operator.events("flower", round).toString())
                                    .contains("not-finite", "wrong-shape", "reported-unsupported"));
            return fit.apply(ask);
        };
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
