// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.HeartbeatAnswer;
import dev.rivulet.devices.v1.Model;
import dev.rivulet.devices.v1.Refusal;
import dev.rivulet.devices.v1.Tensor;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.Upload;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.ScriptedFederation.Request;
import dev.rivulet.edge.ScriptedFederation.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FederationClientTest {

    private static final ClientSettings QUICK =
            new ClientSettings(Duration.ofSeconds(5), Duration.ofSeconds(5), 3, Duration.ofMillis(1), 40, 1 << 20, 90);
    private static final Instant DEVICE_TIME = Instant.parse("2020-01-01T00:00:00Z");

    private final KeyPair keys = DeviceKeys.generate();

    @Test
    void anUploadThatIsCutGoesOnWhereTheFederationHasIt() throws Exception {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        AtomicInteger parts = new AtomicInteger();
        byte[] update = new byte[100];
        new Random(1).nextBytes(update);
        Script script = request -> {
            if (request.method().equals("PATCH")) {
                int part = parts.incrementAndGet();
                if (part == 2) {
                    received.write(request.body(), 0, 7);
                    request.cut();
                    return;
                }
                assertThat(request.offset()).isEqualTo(received.size());
                received.write(request.body());
            }
            answer(request, received.size());
        };
        try (ScriptedFederation federation = new ScriptedFederation(keys.getPublic(), script);
                FederationClient client = client(federation)) {
            UpdateAccepted accepted = client.upload(new About(3, 0, 10, Map.of()), update);

            assertThat(accepted.getCounted()).isEqualTo(1);
            assertThat(received.toByteArray()).isEqualTo(update);
            assertThat(federation.calls()).contains("GET /federation/v1/uploads/3");
        }
    }

    private static void answer(Request request, int offset) throws IOException {
        if (request.path().endsWith("/finish")) {
            request.answer(UpdateAccepted.newBuilder()
                    .setRound(3)
                    .setCounted(1)
                    .build()
                    .toByteArray());
        } else {
            request.answer(Upload.newBuilder()
                    .setId("3")
                    .setOffset(offset)
                    .setMostPartBytes(64)
                    .build()
                    .toByteArray());
        }
    }

    @Test
    void aDeviceWhoseClockIsWrongSignsByTheFederationsTime() throws Exception {
        long federationTime = DEVICE_TIME.plus(Duration.ofDays(2000)).toEpochMilli();
        AtomicLong signed = new AtomicLong();
        Script script = request -> {
            signed.set(request.timestampMs());
            if (request.timestampMs() < federationTime) {
                request.refuse(
                        401,
                        Refusal.newBuilder()
                                .setCode("clock-skew")
                                .setServerTimeMs(federationTime)
                                .build());
            } else {
                request.answer(
                        HeartbeatAnswer.newBuilder().setNextWithinMs(7).build().toByteArray());
            }
        };
        try (ScriptedFederation federation = new ScriptedFederation(keys.getPublic(), script);
                FederationClient client = client(federation)) {
            assertThat(client.heartbeat(Capabilities.getDefaultInstance()).getNextWithinMs())
                    .isEqualTo(7);
            assertThat(signed.get()).isEqualTo(federationTime);
            assertThat(federation.calls()).hasSize(2);
        }
    }

    @Test
    void whatIsRefusedForGoodIsNotSentAgainAndWhatIsBusyIs() throws Exception {
        AtomicInteger busy = new AtomicInteger();
        Script script = request -> {
            if (request.path().endsWith("/consent")) {
                request.refuse(410, Refusal.newBuilder().setCode("late").build());
            } else if (busy.incrementAndGet() < 3) {
                request.refuse(429, Refusal.newBuilder().setCode("busy").build());
            } else {
                request.answer(new byte[0]);
            }
        };
        try (ScriptedFederation federation = new ScriptedFederation(keys.getPublic(), script);
                FederationClient client = client(federation)) {
            assertThatThrownBy(() -> client.participate(true))
                    .isInstanceOf(RefusedByFederationException.class)
                    .hasMessageContaining("late");
            assertThat(client.await(Duration.ofSeconds(1))).isEmpty();
            assertThat(federation.calls()).hasSize(4);
        }
    }

    @Test
    void aDeviceWaitsAsLongAsABusyFederationSays() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        List<Long> times = new CopyOnWriteArrayList<>();
        Script script = request -> {
            times.add(System.nanoTime());
            if (asked.incrementAndGet() == 1) {
                request.refuse(
                        429,
                        Refusal.newBuilder()
                                .setCode("busy")
                                .setRetryAfterMs(400)
                                .build());
            } else {
                request.answer(new byte[0]);
            }
        };
        try (ScriptedFederation federation = new ScriptedFederation(keys.getPublic(), script);
                FederationClient client = client(federation)) {
            assertThat(client.await(Duration.ofSeconds(1))).isEmpty();
            assertThat(Duration.ofNanos(times.getLast() - times.getFirst())).isGreaterThan(Duration.ofMillis(390));
        }
        assertThat(new RefusedByFederationException(429, Refusal.getDefaultInstance(), Duration.ofSeconds(3)))
                .extracting(RefusedByFederationException::retryAfter)
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aDeviceThatIsNotNeededAsksNotBefore() throws Exception {
        Script script = request -> {
            request.exchange().getResponseHeaders().set("Retry-After", "5000");
            request.exchange().sendResponseHeaders(204, -1);
            request.exchange().close();
        };
        try (ScriptedFederation federation = new ScriptedFederation(keys.getPublic(), script);
                FederationClient client = client(federation)) {
            EdgeDevice device = new EdgeDevice(
                    client,
                    task -> new Trainer.Outcome.Declined("no-data", ""),
                    Capabilities::getDefaultInstance,
                    new Random(1));
            assertThat(device.takePart(Duration.ofMillis(50))).isInstanceOf(EdgeDevice.Took.Nothing.class);
            assertThat(client.rest()).as("at most an hour").isEqualTo(Duration.ofHours(1));
            assertThat(device.takePart(Duration.ofMillis(50))).isInstanceOf(EdgeDevice.Took.Nothing.class);
            assertThat(federation.calls()).hasSize(1);
        }
    }

    @Test
    void aModelIsTakenOnlyWithItsDigestAndSize() throws Exception {
        byte[] bytes = {0, 0, -128, 63, 0, 0, 0, 64};
        Model model = Model.newBuilder()
                .setVersion(5)
                .addTensors(Tensor.newBuilder().setName("w").addShape(2))
                .setSha256(ByteString.copyFrom(DeviceKeys.digest(bytes)))
                .build();
        Model other = model.toBuilder()
                .setSha256(ByteString.copyFrom(DeviceKeys.digest(new byte[8])))
                .build();
        try (ScriptedFederation federation =
                        new ScriptedFederation(keys.getPublic(), request -> request.answer(bytes));
                FederationClient client = client(federation)) {
            assertThat(client.model(model).values()).containsExactly(1f, 2f);
            assertThatThrownBy(() -> client.model(other)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.model(model.toBuilder()
                            .setTensors(0, Tensor.newBuilder().setName("w").addShape(1))
                            .build()))
                    .isInstanceOf(IOException.class);
        }
    }

    private FederationClient client(ScriptedFederation federation) {
        return FederationClient.of(
                federation.address(),
                new Identity("0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11", "hub", keys),
                QUICK,
                Clock.fixed(DEVICE_TIME, ZoneOffset.UTC),
                new Random(2));
    }
}
