// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.devices.v1.Heartbeat;
import dev.rivulet.devices.v1.SessionOpening;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Identity;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
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
                RawSession open = RawSession.open(raw, operator.service(), identity);

                HttpRequest heartbeat = open.signed("POST", HEARTBEAT, BODY);
                assertThat(raw.sent(heartbeat)).isEqualTo("ok");
                assertThat(raw.sent(heartbeat)).isEqualTo("replayed");
                assertThat(raw.sent(HttpRequest.newBuilder(open.signed("POST", HEARTBEAT, BODY), (_, _) -> true)
                                .uri(operator.service().resolve("/federation/v1/consent"))
                                .build()))
                        .isEqualTo("forged");
                assertThat(raw.sent(open.of(another.device()).signed("POST", HEARTBEAT, BODY)))
                        .isEqualTo("unknown-session");
                for (String own : List.of("session", "session?again", "key", "key?", "key?x=1")) {
                    assertThat(raw.sent(open.signed("POST", "/federation/v1/" + own, BODY)))
                            .as(own)
                            .isEqualTo("forged");
                }
                assertThat(raw.post(
                                "/federation/v1/session",
                                SessionOpening.newBuilder()
                                        .setPublicKey(ByteString.copyFrom(new byte[32]))
                                        .build()))
                        .isEqualTo("malformed");
                assertThat(raw.sent(open.signed("POST", HEARTBEAT, BODY))).isEqualTo("ok");
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
                    RawSession open = RawSession.open(raw, operator.service(), identity);
                    assertThat(raw.sent(open.signed("POST", HEARTBEAT, BODY))).isEqualTo("ok");
                    Identity changed = one.changeKey(DeviceKeys.generate());
                    assertThat(raw.sent(open.signed("POST", HEARTBEAT, BODY))).isEqualTo("unknown-session");
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
