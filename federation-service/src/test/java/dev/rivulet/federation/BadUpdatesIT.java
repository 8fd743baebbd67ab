// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.edge.Trainer.Outcome.Trained;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.Numbers;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federation.rounds.Federations;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Each of the six kinds of bad updates, on each way that an update is uploaded, has its reason and is counted, once. */
@WholeFederation
class BadUpdatesIT {

    private static final String OF_UPDATES = "rivulet.federation.updates.refused";
    private static final String OF_REQUESTS = "rivulet.federation.refusals";
    private static final int SIZE = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES)
            .layout()
            .size();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Federations federations;

    /** How an update comes. */
    enum Way {
        IN_ONE_REQUEST(true, false),
        IN_PARTS(false, false),
        IN_ONE_REQUEST_OF_A_SESSION(true, true),
        IN_PARTS_OF_A_SESSION(false, true);

        private final boolean whole;
        private final boolean session;

        Way(boolean whole, boolean session) {
            this.whole = whole;
            this.session = session;
        }

        private FederationClient client(Operator operator, FederationClient enrolled) {
            ClientSettings usual = ClientSettings.USUAL;
            ClientSettings settings = new ClientSettings(
                    usual.connect(),
                    usual.answer(),
                    usual.attempts(),
                    usual.pause(),
                    usual.mostPart(),
                    usual.mostModel(),
                    whole ? usual.mostWhole() : 0,
                    session);
            return FederationClient.of(
                    operator.service(), enrolled.identity(), settings, Clock.systemUTC(), new SecureRandom());
        }

        /** The request with which the update comes, or its first part. */
        private String path(long round, byte[] update) {
            byte[] about = UploadOpening.newBuilder()
                    .setRound(round)
                    .setSize(update.length)
                    .setSha256(ByteString.copyFrom(DeviceKeys.digest(update)))
                    .setWeight(10)
                    .build()
                    .toByteArray();
            return whole
                    ? "/federation/v1/rounds/" + round + "/update?about="
                            + Base64.getUrlEncoder().withoutPadding().encodeToString(about)
                    : "/federation/v1/uploads/" + round;
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachKindIsRefusedWithItsReasonAndCounted(Way way) throws Exception {
        String name = "bad-" + way.name().toLowerCase(Locale.ROOT).replace('_', '-');
        List<FederationClient> clients = new ArrayList<>();
        try (Operator operator = new Operator(port)) {
            operator.make(name, Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 4, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S",
                     "deadline": "PT60S"}""", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, 4))) {
                List<FederationClient> present = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    present.add(fleet.present(name + i));
                    clients.add(way.client(operator, present.getLast()));
                }
                long round =
                        Fleet.selected(operator, federations, name, clients).getRound();
                About about = new About(round, 0, 10, Map.of());
                float[] values = new float[SIZE];
                values[3] = Float.NaN;
                byte[] good = bytes(new float[SIZE]);

                counted(OF_UPDATES, "not-finite", () -> refusal(clients.get(0), about, bytes(values)));
                counted(OF_UPDATES, "wrong-shape", () -> refusal(clients.get(1), about, bytes(new float[SIZE + 1])));
                counted(OF_UPDATES, "too-large", () -> refusal(clients.get(2), about, new byte[5000]));
                forgedAndReplayed(operator, fleet, way, present.get(3), round, good);
                if (!way.whole) {
                    clients.get(3).upload(about, good);
                }
                clients.get(2).upload(about, good);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> operator.look(name).at("/version").asLong() == 1);
                counted(OF_UPDATES, "late", () -> refusal(clients.get(2), about, bytes(filled())));
            }
        } finally {
            clients.forEach(FederationClient::close);
        }
    }

    /** The update itself, signed by somebody else, and sent twice. */
    private void forgedAndReplayed(
            Operator operator, Fleet fleet, Way way, FederationClient device, long round, byte[] update)
            throws Exception {
        RawDevice raw = fleet.raw(device);
        String method = way.whole ? "POST" : "PATCH";
        String path = way.path(round, update);
        if (!way.whole) {
            device.open(new About(round, 0, 10, Map.of()), update.length, DeviceKeys.digest(update));
        }
        HttpRequest forged;
        HttpRequest request;
        if (way.session) {
            RawSession session = RawSession.open(raw, operator.service(), device.identity());
            byte[] other = session.key().clone();
            other[0] ^= 1;
            forged = session.withKey(other).signed(method, path, update);
            request = session.signed(method, path, update);
        } else {
            forged = raw.signed(method, path, update, 0, DeviceKeys.generate(), System.currentTimeMillis());
            request = raw.signed(method, path, update, 0);
        }
        counted(OF_REQUESTS, "forged", () -> raw.sent(forged));
        assertThat(raw.sent(request)).isEqualTo("ok");
        counted(OF_REQUESTS, "replayed", () -> raw.sent(request));
    }

    /** Nobody could see it under its masks. */
    @Test
    void underMasksADeviceSaysItselfThatItsUpdateIsNotFiniteAndTheSumIsOfTheOthers() throws Exception {
        try (Operator operator = new Operator(port)) {
            String name = "bad-under-masks";
            operator.make(name, Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 4, "quorum": 3, "over_selection": 1, "gather": "PT60S", "cut_off": "PT60S",
                     "deadline": "PT60S"}""", 1, 4096, """
                    {"mode": "MASKED", "bits": 24, "range": 0.5, "most_weight": 90, "step": "PT60S"}""");
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, 4))) {
                for (int i = 0; i < 3; i++) {
                    fleet.started(name + i, new LocalTrainer(Clusters.of(i, 40), i));
                }
                fleet.started(name, task -> {
                    task.model().values()[3] = Float.NaN;
                    return new Trained(task.model(), 10, Map.of());
                });
                await().atMost(Duration.ofSeconds(60)).until(() -> federations.waiting(name) == 4);
                operator.start(name);
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> operator.look(name).at("/version").asLong() == 1);
            }
            assertThat(operator.events(name, 1).toString()).contains("reported-diverged");
            assertThat(meters.get("rivulet.federation.round.devices")
                            .tags("federation", name, "outcome", "dropped")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }

    private void counted(String counter, String reason, Callable<String> sending) throws Exception {
        double before = meters.counter(counter, "reason", reason).count();
        assertThat(sending.call()).isEqualTo(reason);
        assertThat(meters.counter(counter, "reason", reason).count())
                .as("%s of %s", counter, reason)
                .isEqualTo(before + 1);
    }

    private static String refusal(FederationClient client, About about, byte[] update) throws Exception {
        try {
            client.upload(about, update);
            return "ok";
        } catch (RefusedByFederationException e) {
            return e.code();
        }
    }

    private static float[] filled() {
        float[] values = new float[SIZE];
        values[0] = 1;
        return values;
    }

    private static byte[] bytes(float[] values) {
        return UpdateCodec.write(new Encoded.Dense(new Numbers.Floats(values)));
    }
}
