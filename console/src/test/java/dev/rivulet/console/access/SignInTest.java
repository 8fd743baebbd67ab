// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInTest {

    private static AccessSettings password(String password) {
        return new AccessSettings("admin", password);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.8.8.8"})
    void asksNobodyToSignInOnAMachineOfOnesOwn(String address) {
        assertThat(SignIn.decide(address, password(""))).isEqualTo(new SignIn.NotNeeded());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "0.0.0.0", "::", "192.0.2.7"})
    void refusesToBeReachableWithoutASignIn(String address) {
        assertThatExceptionOfType(UnsafeExposureException.class)
                .isThrownBy(() -> SignIn.decide(address, password("")))
                .satisfies(e -> assertThat(e.remedy()).contains("RIVULET_CONSOLE_PASSWORD", "SERVER_ADDRESS"));
    }

    @Test
    void refusesAShortPasswordWhereverItListens() {
        assertThatExceptionOfType(UnsafeExposureException.class)
                .isThrownBy(() -> SignIn.decide("127.0.0.1", password("short")))
                .withMessageNotContaining("short-");
    }

    @Test
    void asksForTheSignInThatWasSet() {
        SignIn signIn = SignIn.decide("0.0.0.0", password("correct-horse-battery"));

        assertThat(signIn).isEqualTo(new SignIn.Needed("admin", "correct-horse-battery"));
        assertThat(signIn.toString()).doesNotContain("correct");
    }
}
