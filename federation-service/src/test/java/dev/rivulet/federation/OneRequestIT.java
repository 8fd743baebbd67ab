// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.devices.v1.UploadOpening;
import dev.rivulet.devices.v1.Work;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.FederationClient.About;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.Numbers;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federation.rounds.Federations;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** An update in one request: whatever is wrong with it has the reason that it has in parts, and what is cut leaves nothing behind. */
@WholeFederation
class OneRequestIT {

    private static final int SIZE = new SoftmaxRegression(Clusters.DIMENSIONS, Clusters.CLASSES)
            .layout()
            .size();
    private static final byte[] UPDATE = bytes(new float[SIZE]);
    private static final String ROUND = """
            {"goal": %d, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S", "deadline": "PT60S"}""";

    @LocalServerPort
    private int port;

    @Autowired
    private Federations federations;

    @Test
    void whatIsNotTheDevicesOrNotWhatWasAnnouncedLeavesItItsChance() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("one", Clusters.DIMENSIONS, Clusters.CLASSES, ROUND.formatted(2), 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("one", 3))) {
                FederationClient client = fleet.present("one");
                FederationClient second = fleet.present("second");
                RawDevice raw = fleet.raw(client);
                Work work = Fleet.selected(operator, federations, "one", List.of(client, second));
                long round = work.getRound();
                String path = path(round, UPDATE.length, DeviceKeys.digest(UPDATE));
                long now = System.currentTimeMillis();

                assertThat(raw.sent(raw.signed("POST", path, UPDATE, 0, DeviceKeys.generate(), now)))
                        .isEqualTo("forged");
                byte[] other = UPDATE.clone();
                other[20] ^= 1;
                assertThat(raw.sent(raw.signed("POST", path, UPDATE, other))).isEqualTo("forged");
                assertThat(raw.sent(raw.signed("POST", path, other, 0))).isEqualTo("digest-mismatch");
                assertThat(raw.sent(raw.signed("POST", path, Arrays.copyOf(UPDATE, 30), 0)))
                        .isEqualTo("malformed");
                assertThat(raw.sent(raw.signed("POST", path, Arrays.copyOf(UPDATE, UPDATE.length + 1), 0)))
                        .isEqualTo("too-large");
                assertThat(raw.sent(raw.signed("POST", path, new byte[9_000_000], 0)))
                        .isEqualTo("too-large");
                byte[] large = new byte[5000];
                assertThat(raw.sent(raw.signed("POST", path(round, large.length, DeviceKeys.digest(large)), large, 0)))
                        .isEqualTo("too-large");
                assertThat(raw.sent(raw.signed("POST", path.replace("?about=", "?about=**"), UPDATE, 0)))
                        .isEqualTo("malformed");
                assertThat(raw.sent(raw.signed("POST", path.split("[?]")[0], UPDATE, 0)))
                        .isEqualTo("malformed");
                assertThat(raw.sent(raw.signed("POST", path.replace("rounds/1", "rounds/2"), UPDATE, 0)))
                        .isEqualTo("malformed");
                raw.cut(raw.signed("POST", path, UPDATE, 0), UPDATE, UPDATE.length / 2);

                HttpRequest request = raw.signed("POST", path, UPDATE, 0);
                assertThat(raw.sent(request)).isEqualTo("ok");
                assertThat(raw.sent(request)).isEqualTo("replayed");
                assertThat(raw.sent(raw.signed("POST", path, UPDATE, 0))).isEqualTo("ok");
                byte[] ones = bytes(filled(new float[SIZE]));
                assertThat(raw.sent(raw.signed("POST", path(round, ones.length, DeviceKeys.digest(ones)), ones, 0)))
                        .isEqualTo("duplicate");

                UpdateAccepted accepted = second.upload(new About(round, 0, 10, Map.of()), UPDATE);
                assertThat(accepted.getCounted()).isEqualTo(2);
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> operator.look("one").at("/version").asLong() == 1);
                assertThat(raw.sent(raw.signed("POST", path(round, ones.length, DeviceKeys.digest(ones)), ones, 0)))
                        .isIn("duplicate", "late");
                assertThat(operator.events("one", round).toString().split("Counted"))
                        .hasSize(3);
            }
        }
    }

    private static float[] filled(float[] values) {
        Arrays.fill(values, 1);
        return values;
    }

    @Test
    void aLongBodyIsRefusedInWordsBeforeItIsRead() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("long", Clusters.DIMENSIONS, Clusters.CLASSES, ROUND.formatted(1), 1, 8_000_000);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("long", 2))) {
                FederationClient selected = fleet.present("selected");
                RawDevice other = fleet.raw(fleet.enrolled("other"));
                Work work = Fleet.selected(operator, federations, "long", List.of(selected));
                byte[] body = new byte[6_000_000];
                String path = path(work.getRound(), body.length, DeviceKeys.digest(body));

                assertThat(other.spoken()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(other.sent(other.signed("POST", path, body, 0))).isEqualTo("not-selected");
                HttpRequest old = HttpRequest.newBuilder(other.signed("POST", path, body, 0), (_, _) -> true)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                assertThat(other.sent(old)).isEqualTo("not-selected");
                assertThat(other.sent(other.signed("POST", path, body, 0))).isEqualTo("not-selected");
            }
        }
    }

    @Test
    void aDeviceHasItsModelWithTheWorkAndKeepsItUntilThereIsAnother() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("given", Clusters.DIMENSIONS, Clusters.CLASSES, ROUND.formatted(1), 3);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("given", 1))) {
                FederationClient client = fleet.present("given");
                Work first = Fleet.selected(operator, federations, "given", List.of(client));
                assertThat(first.getModelBytes().size()).isEqualTo(4 * SIZE);
                assertThat(client.model(first).values()).isEqualTo(new float[SIZE]);
                client.upload(new About(first.getRound(), 0, 10, Map.of()), UPDATE);

                Work same = client.await(Duration.ofSeconds(20)).orElseThrow();
                assertThat(same.getModel().getVersion()).isEqualTo(1);
                assertThat(same.getModelBytes().isEmpty()).isTrue();
                float[] ones = filled(new float[SIZE]);
                client.upload(new About(same.getRound(), 1, 10, Map.of()), bytes(ones));

                Work changed = client.await(Duration.ofSeconds(20)).orElseThrow();
                assertThat(client.model(changed).values()).isEqualTo(ones);
                assertThat(client.model(changed.getModel()).values()).isEqualTo(ones);
            }
        }
    }

    private static String path(long round, long size, byte[] sha256) {
        byte[] about = UploadOpening.newBuilder()
                .setRound(round)
                .setSize(size)
                .setSha256(ByteString.copyFrom(sha256))
                .setWeight(10)
                .build()
                .toByteArray();
        return "/federation/v1/rounds/" + round + "/update?about="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(about);
    }

    private static byte[] bytes(float[] values) {
        return UpdateCodec.write(new Encoded.Dense(new Numbers.Floats(values)));
    }
}
