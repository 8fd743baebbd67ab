// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.KeyPair;
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
