// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.flower.FlowerLine;
import dev.rivulet.federation.flower.FlowerLine.GoneException;
import dev.rivulet.federation.flower.FlowerProgram;
import dev.rivulet.federation.flower.FlowerProgram.Answering;
import dev.rivulet.federation.flower.FlowerSettings;
import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ClientMessage.GetPropertiesRes;
import dev.rivulet.flower.v1.ServerMessage;
import dev.rivulet.flower.v1.ServerMessage.GetPropertiesIns;
import dev.rivulet.flower.v1.ServerMessage.ReconnectIns;
import dev.rivulet.testsupport.Certificates.Identity;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** Real calls over real sockets, served by what each test says. */
class FlowerEndpointTest {

    private static final MeterRegistry METERS = new SimpleMeterRegistry();

    @TempDir
    private static Path tls;

    private static final ServerMessage QUESTION = ServerMessage.newBuilder()
            .setGetPropertiesIns(GetPropertiesIns.getDefaultInstance())
            .build();
    private static final ClientMessage ANSWER = ClientMessage.newBuilder()
            .setGetPropertiesRes(GetPropertiesRes.getDefaultInstance())
            .build();
    private static final long LIMIT = 30;

    /** Asks once, and says that the program may go. */
    private static void askOnce(FlowerLine line, CompletableFuture<ClientMessage> answered) {
        try {
            line.ask(QUESTION);
            answered.complete(line.answer(Duration.ofSeconds(LIMIT)).orElseThrow());
            line.tell(ServerMessage.newBuilder()
                    .setReconnectIns(ReconnectIns.getDefaultInstance())
                    .build());
        } catch (GoneException | InterruptedException e) {
            answered.completeExceptionally(e);
        }
    }

    private static FlowerEndpoint endpoint(Consumer<FlowerLine> desk, boolean encrypted, @Nullable String token) {
        FlowerEndpoint endpoint = new FlowerEndpoint(
                desk,
                new FlowerSettings(
                        "hub",
                        "127.0.0.1",
                        0,
                        encrypted ? tls.resolve("flower.crt") : null,
                        encrypted ? tls.resolve("flower.key") : null,
                        token,
                        true,
                        4,
                        DataSize.ofKilobytes(4),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(5)),
                METERS);
        endpoint.start();
        return endpoint;
    }

    private static double refused(String reason) {
        return METERS.counter("rivulet.federation.refusals", "reason", reason).count();
    }

    private static FlowerProgram program(FlowerEndpoint endpoint, Answering answering, String token) {
        Metadata metadata = new Metadata();
        if (!token.isEmpty()) {
            metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        }
        return new FlowerProgram(
                NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port())
                        .usePlaintext()
                        .build(),
                metadata,
                answering);
    }

    @Test
    void aQuestionHasItsAnswerAndTheCallEndsWhenTheFederationIsDone() throws Exception {
        CompletableFuture<ClientMessage> answered = new CompletableFuture<>();
        FlowerEndpoint endpoint = endpoint(line -> askOnce(line, answered), false, null);
        try (FlowerProgram program = program(endpoint, _ -> ANSWER, "")) {
            assertThat(answered.get(LIMIT, TimeUnit.SECONDS)).isEqualTo(ANSWER);
            assertThat(program.reconnect().get(LIMIT, TimeUnit.SECONDS)).isZero();
            assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).getCode()).isEqualTo(Code.OK);
        } finally {
            endpoint.stop();
        }
    }

    @Test
    void withACertificateTheCallIsEncrypted() throws Exception {
        Identity.make(tls, "flower").write(tls, "flower");
        CompletableFuture<ClientMessage> answered = new CompletableFuture<>();
        FlowerEndpoint endpoint = endpoint(line -> askOnce(line, answered), true, null);
        try (FlowerProgram program = new FlowerProgram(
                        NettyChannelBuilder.forAddress("localhost", endpoint.port())
                                .sslContext(GrpcSslContexts.forClient()
                                        .trustManager(tls.resolve("flower.crt").toFile())
                                        .build())
                                .build(),
                        new Metadata(),
                        _ -> ANSWER);
                FlowerProgram plain = program(endpoint, _ -> ANSWER, "")) {
            assertThat(answered.get(LIMIT, TimeUnit.SECONDS)).isEqualTo(ANSWER);
            assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).getCode()).isEqualTo(Code.OK);
            assertThat(plain.ended().get(LIMIT, TimeUnit.SECONDS).getCode()).isEqualTo(Code.UNAVAILABLE);
        } finally {
            endpoint.stop();
        }
    }

    @Test
    void whoBringsNotTheTokenIsNotServed() throws Exception {
        CompletableFuture<ClientMessage> answered = new CompletableFuture<>();
        FlowerEndpoint endpoint = endpoint(line -> askOnce(line, answered), false, "secret");
        double before = refused("bad-token");
        try {
            for (String token : List.of("", "other", "secret2")) {
                try (FlowerProgram program = program(endpoint, _ -> ANSWER, token)) {
                    assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).getCode())
                            .isEqualTo(Code.UNAUTHENTICATED);
                }
            }
            assertThat(answered).isNotDone();
            assertThat(refused("bad-token")).isEqualTo(before + 3);
            try (FlowerProgram _ = program(endpoint, _ -> ANSWER, "secret")) {
                assertThat(answered.get(LIMIT, TimeUnit.SECONDS)).isEqualTo(ANSWER);
            }
        } finally {
            endpoint.stop();
        }
    }

    @Test
    void whatIsNoMessageOrTooLongEndsTheCall() throws Exception {
        for (byte[] bytes : List.of(new byte[] {1, 2, 3}, new byte[5000])) {
            String reason = bytes.length > 100 ? "too-large" : "malformed";
            double before = refused(reason);
            CompletableFuture<ClientMessage> answered = new CompletableFuture<>();
            FlowerEndpoint endpoint = endpoint(line -> askOnce(line, answered), false, null);
            try (FlowerProgram program = program(endpoint, _ -> ANSWER, "")) {
                program.send(bytes);
                assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).isOk()).isFalse();
                assertThat(answered.handle((_, failure) -> failure != null).get(LIMIT, TimeUnit.SECONDS))
                        .isTrue();
                await().atMost(Duration.ofSeconds(LIMIT)).until(() -> refused(reason) == before + 1);
            } finally {
                endpoint.stop();
            }
        }
    }

    @Test
    void whoWaitsForAProgramHearsThatItHasGone() throws Exception {
        CompletableFuture<ClientMessage> answered = new CompletableFuture<>();
        FlowerEndpoint endpoint = endpoint(line -> askOnce(line, answered), false, null);
        try {
            CompletableFuture<Boolean> asked = new CompletableFuture<>();
            try (FlowerProgram program = program(
                    endpoint,
                    _ -> {
                        asked.complete(true);
                        throw new IllegalStateException("the program breaks");
                    },
                    "")) {
                assertThat(asked.get(LIMIT, TimeUnit.SECONDS)).isTrue();
                assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).isOk()).isFalse();
            }
            assertThat(answered.handle((_, failure) -> failure).get(LIMIT, TimeUnit.SECONDS))
                    .isInstanceOf(GoneException.class);
        } finally {
            endpoint.stop();
        }
    }

    @Test
    void whereThereIsNoPlaceTheProgramIsToldSo() throws Exception {
        FlowerEndpoint endpoint = endpoint(
                _ -> {
                    throw new RefusedException(RefusalCode.BUSY, "as many programs are connected as may be");
                },
                false,
                null);
        try (FlowerProgram program = program(endpoint, _ -> ANSWER, "")) {
            assertThat(program.ended().get(LIMIT, TimeUnit.SECONDS).getCode()).isEqualTo(Code.UNAVAILABLE);
        } finally {
            endpoint.stop();
        }
    }
}
