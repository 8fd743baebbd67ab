// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Clients who connect and leave in every phase, and readers who stall. The gateway has eight places, so that some wait, and the
 * replica is told by the model's name how far to come.
 */
class ComeAndGoTest {

    private static final long SEED = Long.getLong("rivulet.test.seed", 20_261_126);
    private static final int PLACES = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String EVENT =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(2_000) + "\"}}]}\n\n";

    /** How far a request comes before its client leaves. */
    private enum Phase {
        QUEUED,
        PREFILL,
        DECODE,
        WHOLE
    }

    private final Random random = new Random(SEED);
    private GatewayFixture gateway;
    private StubReplica replica;

    @BeforeEach
    void start() {
        gateway = GatewayFixture.start(
                "rivulet.admission.concurrency=" + PLACES,
                "rivulet.admission.adaptive=false",
                "rivulet.admission.queue=2000",
                "rivulet.admission.key-queue=2000",
                "rivulet.admission.max-wait=60s",
                "rivulet.relay.ping-interval=5s");
        replica = StubReplica.start("replica").answeringEach(this::answer);
        gateway.join(replica);
    }

    @AfterEach
    void stop() {
        replica.close();
        gateway.close();
    }

    private Publisher<Void> answer(StubReplica.Received asked, HttpServerResponse response) {
        String body = new String(asked.body(), StandardCharsets.UTF_8);
        if (body.contains("finish")) {
            return response.header("content-type", "application/json").sendString(Mono.just("{\"hello\":true}"));
        }
        if (body.contains("decode")) {
            return response.header("content-type", "text/event-stream")
                    .send(
                            replica.counted(Flux.interval(Duration.ofMillis(2))
                                    .onBackpressureDrop()
                                    .map(beat -> StubReplica.utf8(EVENT))),
                            bytes -> true);
        }
        return Mono.<Void>never().doOnCancel(replica.cancelled::incrementAndGet);
    }

    @Test
    void placesComeBackHoweverClientsLeave() throws Exception {
        System.out.println("ComeAndGoTest seed " + SEED);
        for (int i = 0; i < 60; i++) {
            comeAndGo(Phase.values()[i % 4]);
        }
        everythingIsFree();
    }

    @Test
    void stalledReadersHoldWhatTheyWereGivenAndNoMore() throws Exception {
        List<Wire> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * PLACES; i++) {
                stalled.add(new Wire(gateway.port(), 4_096)
                        .post(GatewayFixture.CHAT, GatewayFixture.KEY, ask("decode", true)));
            }
            await().atMost(PATIENCE).until(() -> gateway.gate().running() == PLACES);
            assertThat(gateway.gate().waiting()).isLessThanOrEqualTo(3 * PLACES);
        } finally {
            for (Wire wire : stalled) {
                wire.close();
            }
        }
        everythingIsFree();
    }

    /** A thousand readers who stall at once, then a thousand who come and go a minute, for ten minutes. */
    @Test
    @Tag("long")
    void forTenMinutesMemoryStaysFlat() throws Exception {
        System.out.println("ComeAndGoTest seed " + SEED);
        List<Wire> stalled = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            stalled.add(
                    new Wire(gateway.port(), 4_096).post(GatewayFixture.CHAT, GatewayFixture.KEY, ask("decode", true)));
        }
        await().atMost(PATIENCE).until(() -> gateway.gate().running() == PLACES);
        for (Wire wire : stalled) {
            wire.close();
        }
        everythingIsFree();
        long settled = 0;
        for (int minute = 0; minute < 10; minute++) {
            long began = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                comeAndGo(Phase.values()[random.nextInt(4)]);
            }
            everythingIsFree();
            long used = used();
            settled = minute == 2 ? used : settled;
            System.out.println("ComeAndGoTest: minute " + minute + ", " + (used >> 20) + " MB, 1000 in "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
        }
        assertThat(used()).isLessThan(settled + (24 << 20));
    }

    private void comeAndGo(Phase phase) throws Exception {
        switch (phase) {
            case QUEUED ->
                whileFull(() -> {
                    try (Wire wire = post("prefill", true)) {
                        await().atMost(PATIENCE).until(() -> gateway.gate().waiting() == 1);
                        assertThat(wire).isNotNull();
                    }
                    await().atMost(PATIENCE).until(() -> gateway.gate().waiting() == 0);
                });
            case PREFILL -> asked("prefill", true);
            case WHOLE -> asked("prefill", false);
            case DECODE -> {
                try (Wire wire = post("decode", true)) {
                    wire.readUntil("xxx");
                }
            }
        }
    }

    private void asked(String how, boolean stream) throws Exception {
        int before = replica.received.size();
        try (Wire wire = post(how, stream)) {
            await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> replica.received.size() > before);
            assertThat(wire).isNotNull();
        }
        replica.received.clear();
    }

    private interface Deed {
        void run() throws Exception;
    }

    private void whileFull(Deed deed) throws Exception {
        List<Wire> holding = new ArrayList<>();
        await().atMost(PATIENCE).until(() -> gateway.gate().running() == 0);
        try {
            for (int i = 0; i < PLACES; i++) {
                holding.add(post("prefill", random.nextBoolean()));
            }
            await().atMost(PATIENCE).until(() -> gateway.gate().running() == PLACES);
            deed.run();
        } finally {
            for (Wire wire : holding) {
                wire.close();
            }
        }
    }

    private void everythingIsFree() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(gateway.gate().running()).isZero();
            assertThat(gateway.gate().waiting()).isZero();
            assertThat(gateway.bean(BodyBudget.class).held()).isZero();
        });
        assertThat(gateway.chat(ask("finish", false)).statusCode()).isEqualTo(200);
    }

    private Wire post(String how, boolean stream) throws IOException {
        return new Wire(gateway.port()).post(GatewayFixture.CHAT, GatewayFixture.KEY, ask(how, stream));
    }

    private static String ask(String how, boolean stream) {
        return "{\"model\":\"m\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + how
                + "\"}]}";
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
