// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.edge.Attesting;
import dev.rivulet.edge.ClientSettings;
import dev.rivulet.edge.FederationClient;
import dev.rivulet.edge.Identity;
import dev.rivulet.edge.RefusedByFederationException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Who a device is and what it runs, over real HTTP. */
@WholeFederation
class DeviceTrustIT {

    private static final String POLICY = """
            {"goal": 1, "quorum": 1, "over_selection": 1, "gather": "PT0S", "cut_off": "PT5S", "deadline": "PT10S"}""";
    private static final Capabilities NOTHING = Capabilities.getDefaultInstance();

    @LocalServerPort
    private int port;

    private FederationClient of(Operator operator, Identity identity) {
        return FederationClient.of(
                operator.service(), identity, ClientSettings.USUAL, Clock.systemUTC(), new SecureRandom());
    }

    private static void refused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedByFederationException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void aDeviceReplacesItsKeyAndTheOldOneIsWorthNothing() throws Exception {
        try (Operator operator = new Operator(port)) {
            operator.make("rotating", 2, 2, POLICY, 1);
            try (Fleet fleet = new Fleet(operator.service(), operator.token("rotating", 2))) {
                FederationClient device = fleet.enrolled("device");
                FederationClient other = fleet.enrolled("other");
                KeyPair fresh = DeviceKeys.generate();
                device.heartbeat(NOTHING);

                Identity renewed = device.changeKey(fresh);

                refused("forged", () -> device.heartbeat(NOTHING));
                try (FederationClient anew = of(operator, renewed)) {
                    anew.heartbeat(NOTHING);
                    assertThat(anew.changeKey(fresh).device())
                            .as("the same again is the same")
                            .isEqualTo(renewed.device());
                }
                refused("forged", () -> other.changeKey(fresh));
                other.heartbeat(NOTHING);
            }
        }
    }

    @Test
    void aDeviceEnrolsOnlyIfItRunsWhatTheFederationTakes() throws Exception {
        KeyPair attestation = DeviceKeys.generate();
        String digest = "5e".repeat(32);
        String key = Base64.getEncoder().encodeToString(attestation.getPublic().getEncoded());
        try (Operator operator = new Operator(port)) {
            operator.make("attested", 2, 2, POLICY, 1);
            operator.put("/api/federations/attested/attestation", """
                    {"kind": "SOFTWARE", "keys": ["%s"], "digests": ["%s"]}""".formatted(key, digest));
            String token = operator.token("attested", 2);

            refused(
                    "not-attested",
                    () -> FederationClient.enrol(
                            operator.service(),
                            token,
                            DeviceKeys.generate(),
                            "silent",
                            ClientSettings.USUAL,
                            Clock.systemUTC(),
                            new SecureRandom()));
            refused("not-attested", () -> enrol(operator, token, shows(attestation, "6f".repeat(32))));
            refused("not-attested", () -> enrol(operator, token, shows(DeviceKeys.generate(), digest)));
            refused(
                    "not-attested",
                    () -> enrol(operator, token, _ -> shows(attestation, digest).show(new byte[32])));
            try (FederationClient device = enrol(operator, token, shows(attestation, digest))) {
                device.heartbeat(NOTHING);
            }
            assertThat(operator.text("/api/federations/attested/audit"))
                    .contains("devices that enrol show what they run: software");
        }
    }

    private static FederationClient enrol(Operator operator, String token, Attesting attesting) throws Exception {
        return FederationClient.enrolAttested(
                operator.service(),
                token,
                DeviceKeys.generate(),
                "device",
                attesting,
                ClientSettings.USUAL,
                Clock.systemUTC(),
                new SecureRandom());
    }

    private static Attesting shows(KeyPair by, String digest) {
        return nonce -> {
            byte[] statement = ("rivulet-software-attestation-v1\n" + digest + "\n"
                            + HexFormat.of().formatHex(nonce) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(by.getPrivate());
            signature.update(statement);
            return new Attesting.Shown(
                    statement, signature.sign(), by.getPublic().getEncoded());
        };
    }
}
