// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionKeysTest {

    private static final String DEVICE = "0d9f6a0e-8f0d-4d5e-9a67-3f1a5f3a8f11";

    private final KeyPair device = SessionKeys.generate();
    private final KeyPair federation = SessionKeys.generate();
    private final byte[] ofDevice = SessionKeys.raw(device.getPublic());
    private final byte[] ofFederation = SessionKeys.raw(federation.getPublic());

    private static SignedHead head(String target, String nonce) {
        return new SignedHead(DEVICE, "POST", target, 0, 1_790_000_000_000L, nonce, "ab".repeat(32));
    }

    private byte[] agreedByDevice() {
        return SessionKeys.agreed(device.getPrivate(), ofFederation, DEVICE, ofDevice, ofFederation);
    }

    @Test
    void bothSidesAgreeOnOneKeyAndNobodyElseHasIt() {
        assertThat(SessionKeys.agreed(federation.getPrivate(), ofDevice, DEVICE, ofDevice, ofFederation))
                .hasSize(32)
                .isEqualTo(agreedByDevice());
        assertThat(SessionKeys.agreed(federation.getPrivate(), ofDevice, "another", ofDevice, ofFederation))
                .isNotEqualTo(agreedByDevice());
        byte[] between = SessionKeys.raw(SessionKeys.generate().getPublic());
        assertThat(SessionKeys.agreed(device.getPrivate(), between, DEVICE, ofDevice, between))
                .isNotEqualTo(agreedByDevice());
    }

    /** The Python client reads the same file. */
    @Test
    void keysAndSignaturesAreThoseThatOtherClientsMake() throws Exception {
        Map<String, String> golden = Files.readAllLines(Path.of("src/test/resources/golden/session.txt")).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        byte[] half = bytes(golden, "device");
        byte[] other = bytes(golden, "federation");

        byte[] ofDevice = SessionKeys.agreed(half(golden, "device-private"), other, DEVICE, half, other);
        assertThat(HexFormat.of().formatHex(ofDevice)).isEqualTo(golden.get("key"));
        assertThat(SessionKeys.agreed(half(golden, "federation-private"), half, DEVICE, half, other))
                .isEqualTo(ofDevice);
        byte[] signature = Base64.getUrlDecoder()
                .decode(SessionKeys.sign(ofDevice, "session", head("/federation/v1/wait", "nonce-of-16-letters")));
        assertThat(HexFormat.of().formatHex(signature)).isEqualTo(golden.get("signature"));
    }

    private static byte[] bytes(Map<String, String> golden, String name) {
        return HexFormat.of().parseHex(golden.getOrDefault(name, ""));
    }

    private static PrivateKey half(Map<String, String> golden, String name) throws GeneralSecurityException {
        return KeyFactory.getInstance("X25519")
                .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, bytes(golden, name)));
    }

    @Test
    void whatWasSignedHoldsForThatRequestAndSessionAlone() {
        byte[] key = agreedByDevice();
        SignedHead head = head("/federation/v1/wait", "nonce-of-16-letters");
        String signature = SessionKeys.sign(key, "one", head);
        assertThat(SessionKeys.verify(key, "one", head, signature)).isTrue();
        assertThat(SessionKeys.verify(key, "two", head, signature)).isFalse();
        assertThat(SessionKeys.verify(key, "one", head("/federation/v1/key", head.nonce()), signature))
                .isFalse();
        assertThat(SessionKeys.verify(key, "one", head(head.target(), "another-nonce-of-it"), signature))
                .isFalse();
        byte[] other = key.clone();
        other[0] ^= 1;
        assertThat(SessionKeys.verify(other, "one", head, signature)).isFalse();
        assertThat(SessionKeys.verify(key, "one", head, "no signature!")).isFalse();
        assertThat(DeviceKeys.verify(DeviceKeys.generate().getPublic(), head, signature))
                .isFalse();
    }

    @Test
    void whatIsNoHalfOrLeadsToAKeyThatEverybodyKnowsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SessionKeys.agreed(device.getPrivate(), new byte[31], DEVICE, ofDevice, ofFederation));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> SessionKeys.agreed(device.getPrivate(), new byte[32], DEVICE, ofDevice, ofFederation));
    }
}
