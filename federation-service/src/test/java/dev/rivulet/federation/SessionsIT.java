// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.SessionKeys;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.Session;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Identity;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A key that a device has agreed on stands for its signature: for that device, that request and a while, and for nothing else. */
@WholeFederation
class SessionsIT {

    private static final String HEARTBEAT = "/federation/v1/heartbeat";
    private static final byte[] BODY = Heartbeat.newBuilder()
            .setCapabilities(Capabilities.newBuilder().setExamples(3))
            .build()
            .toByteArray();

    @LocalServerPort
    private int port;

    @SuppressWarnings("ArrayRecordComponent")
    private record Open(String id, byte[] key) {}

    private static Open open(RawDevice raw, Identity identity) throws Exception {
        KeyPair own = SessionKeys.generate();
        byte[] half = SessionKeys.raw(own.getPublic());
        byte[] body = SessionOpening.newBuilder()
                .setPublicKey(ByteString.copyFrom(half))
                .build()
                .toByteArray();
        try (HttpClient client = HttpClient.newHttpClient()) {
            Session session = Session.parseFrom(
                    client.send(raw.signed("POST", "/federation/v1/session", body, 0), BodyHandlers.ofByteArray())
                            .body());
            byte[] other = session.getPublicKey().toByteArray();
            assertThat(session.getLifeMs()).isPositive();
            return new Open(
                    session.getId(), SessionKeys.agreed(own.getPrivate(), other, identity.device(), half, other));
        }
    }

    private static HttpRequest signed(Operator operator, Open open, String device, String path, byte[] body) {
        SignedHead head = new SignedHead(
                device,
                "POST",
                path,
                0,
                System.currentTimeMillis(),
                UUID.randomUUID().toString(),
                DeviceKeys.sha256(body));
        return HttpRequest.newBuilder(operator.service().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .method("POST", BodyPublishers.ofByteArray(body))
                .header(ProtocolHeaders.DEVICE, head.device())
                .header(ProtocolHeaders.TIMESTAMP, Long.toString(head.timestampMs()))
                .header(ProtocolHeaders.NONCE, head.nonce())
                .header(ProtocolHeaders.DIGEST, head.digest())
                .header(ProtocolHeaders.SESSION, open.id())
                .header(ProtocolHeaders.SIGNATURE, SessionKeys.sign(open.key(), open.id(), head))
                .build();
    }

    private static FederationClient client(Operator operator, Identity identity) {
        return FederationClient.of(
                operator.service(),
                identity,
                ClientSettings.USUAL.sessions(true),
                Clock.systemUTC(),
                new SecureRandom());
    }

    @Test
    void aKeyOfASessionSignsForItsDeviceAndForNothingElse() throws Exception {
        try (Operator operator = new Operator(port)) {
            make(operator, "sessions");
            try (Fleet fleet = new Fleet(operator.service(), operator.token("sessions", 2))) {
                FederationClient first = fleet.enrolled("sessions-0");
                Identity identity = first.identity();
                Identity another = fleet.enrolled("sessions-1").identity();
                RawDevice raw = fleet.raw(first);
                Open open = open(raw, identity);

                HttpRequest heartbeat = signed(operator, open, identity.device(), HEARTBEAT, BODY);
                assertThat(raw.sent(heartbeat)).isEqualTo("ok");
                assertThat(raw.sent(heartbeat)).isEqualTo("replayed");
                assertThat(raw.sent(HttpRequest.newBuilder(
                                        signed(operator, open, identity.device(), HEARTBEAT, BODY), (_, _) -> true)
                                .uri(operator.service().resolve("/federation/v1/consent"))
                                .build()))
                        .isEqualTo("forged");
                assertThat(raw.sent(signed(operator, open, another.device(), HEARTBEAT, BODY)))
                        .isEqualTo("unknown-session");
                for (String own : List.of("session", "session?again", "key", "key?", "key?x=1")) {
                    assertThat(raw.sent(signed(operator, open, identity.device(), "/federation/v1/" + own, BODY)))
                            .as(own)
                            .isEqualTo("forged");
                }
                assertThat(raw.post(
                                "/federation/v1/session",
                                SessionOpening.newBuilder()
                                        .setPublicKey(ByteString.copyFrom(new byte[32]))
                                        .build()))
                        .isEqualTo("malformed");
                assertThat(raw.sent(signed(operator, open, identity.device(), HEARTBEAT, BODY)))
                        .isEqualTo("ok");
            }
        }
    }

    @Test
    void twoProgramsOfADeviceAndAKeyThatIsReplacedEndASessionAndNothingElse() throws Exception {
        try (Operator operator = new Operator(port)) {
            make(operator, "sessions-end");
            try (Fleet fleet = new Fleet(operator.service(), operator.token("sessions-end", 1))) {
                FederationClient first = fleet.enrolled("sessions-end-0");
                Identity identity = first.identity();
                try (FederationClient one = client(operator, identity);
                        FederationClient other = client(operator, identity)) {
                    for (int i = 0; i < 3; i++) {
                        assertThat(one.heartbeat(Capabilities.getDefaultInstance())
                                        .getParticipating())
                                .isTrue();
                        assertThat(other.participate(true)).isTrue();
                    }
                    RawDevice raw = fleet.raw(first);
                    Open open = open(raw, identity);
                    assertThat(raw.sent(signed(operator, open, identity.device(), HEARTBEAT, BODY)))
                            .isEqualTo("ok");
                    Identity changed = one.changeKey(DeviceKeys.generate());
                    assertThat(raw.sent(signed(operator, open, identity.device(), HEARTBEAT, BODY)))
                            .isEqualTo("unknown-session");
                    try (FederationClient after = client(operator, changed)) {
                        assertThat(after.participate(true)).isTrue();
                    }
                }
            }
        }
    }

    private static void make(Operator operator, String name) {
        operator.make(name, 2, 2, """
                {"goal": 1, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S",
                 "deadline": "PT60S"}""", 1);
    }
}
