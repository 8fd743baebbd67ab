// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private final Hosts loopback = new Hosts(true, List.of("Box.example"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:7100",
                "127.0.0.1:7100",
                "127.1.2.3",
                "[::1]:7100",
                "[::1]",
                "::1",
                "a.localhost:1"
            })
    void aLoopbackServiceAnswersToEveryLoopbackName(String host) {
        assertThat(loopback.answers(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:7100",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.1evil",
                "",
                "[2001:db8::1]:7100",
                "169.254.169.254"
            })
    void aLoopbackServiceAnswersToNoOtherName(String host) {
        assertThat(loopback.answers(host)).isFalse();
    }

    @Test
    void anAllowedNameIsAnsweredInAnyCaseAndWithAnyPort() {
        assertThat(loopback.answers("BOX.example:7100")).isTrue();
    }

    @Test
    void aServiceOnTheNetworkAnswersToAllNamesUntilSomeAreGiven() {
        assertThat(new Hosts(false, List.of()).answers("anything.example")).isTrue();
        Hosts named = new Hosts(false, List.of("api.example"));
        assertThat(named.answers("api.example:443")).isTrue();
        assertThat(named.answers("127.0.0.1:7100")).as("probes by address").isTrue();
        assertThat(named.answers("other.example")).isFalse();
    }

    @Test
    void aPageMayCallItsOwnHostAndLoopbackPagesMayCallALoopbackService() {
        assertThat(loopback.mayBeCalledFrom("http://localhost:7101", "127.0.0.1:7100"))
                .isTrue();
        assertThat(loopback.mayBeCalledFrom("https://box.example", "127.0.0.1:7100"))
                .isTrue();
        assertThat(loopback.mayBeCalledFrom("https://evil.example", "127.0.0.1:7100"))
                .isFalse();
        assertThat(loopback.mayBeCalledFrom("null", "127.0.0.1:7100")).isFalse();
        Hosts network = new Hosts(false, List.of());
        assertThat(network.mayBeCalledFrom("https://api.example", "api.example:443"))
                .isTrue();
        assertThat(network.mayBeCalledFrom("http://localhost:3000", "api.example:443"))
                .isFalse();
    }
}
