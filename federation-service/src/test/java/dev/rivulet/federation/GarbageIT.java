// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.edge.Identity;
import dev.rivulet.edge.RefusedByFederationException;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.Numbers;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federation.rounds.Federations;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a device should not send is refused, each with its reason, and counted; the round goes on without it. */
@WholeFederation
class GarbageIT {

    private static final int SIZE = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES)
            .layout()
            .size();

    @LocalServerPort
    private int port;

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private Federations federations;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachKindOfGarbageHasItsReason(boolean inOneRequest) throws Exception {
        String name = inOneRequest ? "garbage" : "garbage-in-parts";
        try (Operator operator = new Operator(port)) {
            List<FederationClient> devices = new ArrayList<>();
            operator.make(name, Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 6, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                     "deadline": "PT30S"}""", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token(name, 8), inOneRequest)) {
                for (int i = 0; i < 7; i++) {
                    devices.add(fleet.present(name + i));
                }
                Work work = Fleet.selected(operator, federations, name, devices.subList(0, 6));
                long round = work.getRound();
                About about = new About(round, 0, 10, Map.of());

                float[] values = new float[SIZE];
                values[3] = Float.NaN;
                assertThat(refusal(devices.get(0), about, bytes(values))).isEqualTo("not-finite");
                assertThat(refusal(devices.get(0), about, bytes(new float[SIZE])))
                        .isEqualTo("duplicate");
                assertThat(refusal(devices.get(1), about, bytes(new float[SIZE + 1])))
                        .isEqualTo("wrong-shape");
                assertThat(refusal(devices.get(2), about, new byte[100])).isEqualTo("unreadable-update");
                assertThat(refusal(devices.get(3), new About(round, 0, 1e9, Map.of()), bytes(new float[SIZE])))
                        .isEqualTo("weight-out-of-range");
                assertThat(refusal(devices.get(4), about, new byte[5000])).isEqualTo("too-large");
                assertThat(refusal(devices.get(4), new About(round, 0, Double.NaN, Map.of()), bytes(new float[SIZE])))
                        .isEqualTo("not-finite");
                assertThat(refusal(devices.get(4), new About(round + 1, 0, 1, Map.of()), bytes(new float[SIZE])))
                        .isEqualTo("unknown-round");
                assertThat(refusal(devices.get(6), about, bytes(new float[SIZE])))
                        .isEqualTo("not-selected");
                assertThat(refusal(devices.get(4), new About(round, 3, 10, Map.of()), bytes(new float[SIZE])))
                        .isEqualTo("wrong-base");

                assertThat(operator.look(name).at("/state").asString()).isEqualTo("collecting");
                assertThat(devices.get(5).upload(about, bytes(new float[SIZE])).getRound())
                        .isEqualTo(round);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> operator.look(name).at("/version").asLong() == 1);
                assertThat(refusal(devices.get(5), about, bytes(new float[SIZE])))
                        .isEqualTo("late");
                assertThat(operator.events(name, round).toString())
                        .contains(
                                "not-finite", "wrong-shape", "unreadable-update", "weight-out-of-range", "wrong-base");
            }
        }
        for (String reason : List.of("not-finite", "wrong-shape", "too-large", "late", "not-selected")) {
            assertThat(meters.counter("rivulet.federation.updates.refused", "reason", reason)
                            .count())
                    .as(reason)
                    .isPositive();
        }
    }

    @Test
    void aRequestIsRefusedThatIsForgedReplayedOldOrOfNobody() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("signed", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 1, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                     "deadline": "PT30S"}""", 1);
            String token = operator.token("signed", 1);
            try (Fleet fleet = new Fleet(operator.service(), token);
                    RawDevice raw = new RawDevice(
                            operator.service(), fleet.enrolled("raw").identity());
                    RawDevice nobody = new RawDevice(
                            operator.service(),
                            new Identity(UUID.randomUUID().toString(), "signed", DeviceKeys.generate()))) {
                byte[] body = Heartbeat.getDefaultInstance().toByteArray();
                String path = "/federation/v1/heartbeat";
                HttpRequest request = raw.signed("POST", path, body, 0);
                long now = System.currentTimeMillis();

                assertThat(raw.sent(request)).isEqualTo("ok");
                assertThat(raw.sent(request)).isEqualTo("replayed");
                assertThat(raw.sent(raw.signed("POST", path, body, 0, DeviceKeys.generate(), now)))
                        .isEqualTo("forged");
                assertThat(raw.sent(raw.signed("POST", path, body, 0, DeviceKeys.generate(), now - 120_000)))
                        .isEqualTo("clock-skew");
                assertThat(nobody.post(path, Heartbeat.getDefaultInstance())).isEqualTo("unknown-device");
                assertThat(raw.sent(HttpRequest.newBuilder(operator.service().resolve(path))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build()))
                        .isEqualTo("malformed");
                assertThat(raw.sent(raw.signed("PATCH", "/federation/v1/uploads/1", new byte[9_000_000], 0)))
                        .isEqualTo("too-large");
                assertThat(raw.status("/api/federations")).isEqualTo(401);
                assertThat(raw.status("/federation/v1/../../api/federations")).isGreaterThanOrEqualTo(400);
                assertThat(raw.spoken()).isEqualTo(HttpClient.Version.HTTP_2);

                assertThatThrownBy(() -> fleet.enrolled("one too many"))
                        .isInstanceOf(RefusedByFederationException.class)
                        .hasMessageContaining("bad-token");
            }
        }
    }

    @Test
    void anUploadGoesOnWhereItWasAndWhoOptsOutIsLeftAlone() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("parts", Clusters.DIMENSIONS, Clusters.CLASSES, """
                    {"goal": 3, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT30S",
                     "deadline": "PT30S"}""", 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("parts", 3))) {
                FederationClient client = fleet.present("parts");
                RawDevice raw = fleet.raw(client);
                FederationClient leaving = fleet.present("leaving");
                FederationClient reporting = fleet.present("reporting");
                Work work = Fleet.selected(operator, federations, "parts", List.of(client, leaving, reporting));
                byte[] update = bytes(new float[SIZE]);
                About about = new About(work.getRound(), 0, 10, Map.of("loss-before", 1.5));
                String path = "/federation/v1/uploads/" + work.getRound();

                assertThat(client.open(about, update.length, DeviceKeys.digest(update))
                                .getOffset())
                        .isZero();
                assertThat(raw.sent(raw.signed("PATCH", path, Arrays.copyOf(update, 30), 0)))
                        .isEqualTo("ok");
                assertThat(raw.sent(raw.signed("PATCH", path, Arrays.copyOf(update, 30), 0)))
                        .isEqualTo("wrong-offset");
                assertThat(raw.sent(raw.signed("POST", path + "/finish", new byte[0], 0)))
                        .isEqualTo("wrong-offset");
                assertThat(client.open(about, update.length, DeviceKeys.digest(update))
                                .getOffset())
                        .isEqualTo(30);

                assertThat(leaving.participate(false)).isFalse();
                assertThat(refusal(leaving, about, update)).isEqualTo("opted-out");
                reporting.report(work.getRound(), "battery", "9 %");
                assertThat(operator.events("parts", work.getRound()).toString())
                        .contains("opted-out", "reported-battery");
                assertThat(client.upload(about, update).getCounted()).isEqualTo(1);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> operator.look("parts").at("/version").asLong() == 1);
                assertThat(operator.look("parts").at("/best_loss").asDouble()).isEqualTo(1.5);
                assertThat(client.layer(work.getModel(), 1)).hasSize(Clusters.CLASSES);
            }
        }
    }

    @Test
    void aFederationThatCanNotBeIsRefusedWithWhatIsWrong() {
        String policy = """
                {"goal": 1, "quorum": 2, "over_selection": 1, "gather": "PT0S", "cut_off": "PT1S", "deadline": "PT2S"}""";
        String tensors = "\"tensors\": [{\"name\": \"w\", \"shape\": [2]}]";
        try (Operator operator = new Operator(port)) {
            assertThat(operator.refused(
                            "{\"name\": \"x\", \"settings\": {\"policy\": " + policy + "}, " + tensors + "}"))
                    .contains("goal not below it");
            assertThat(operator.refused("{\"name\": \"x\", \"settings\": {}, " + tensors + "}"))
                    .contains("all of them");
            assertThat(operator.refused("{\"name\": \"x\", " + tensors + "}")).contains("settings");
            assertThat(operator.refused("{\"surprise\": 1}")).contains("JSON");
            assertThat(operator.refused("[")).contains("JSON");
        }
    }

    private static String refusal(FederationClient client, About about, byte[] update) throws Exception {
        try {
            client.upload(about, update);
            return "ok";
        } catch (RefusedByFederationException e) {
            return e.code();
        }
    }

    private static byte[] bytes(float[] values) {
        return UpdateCodec.write(new Encoded.Dense(new Numbers.Floats(values)));
    }
}
