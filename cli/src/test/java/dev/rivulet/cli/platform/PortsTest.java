// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ports are looked at before anything starts. */
class PortsTest {
    @TempDir
    Path folder;

    private Settings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        for (Part part : Part.values()) {
            environment.put(Settings.variable(part.setting() + ".port"), "0");
        }
        environment.put("RIVULET_KAFKA_CONTROLLER_PORT", "0");
        environment.putAll(more);
        return Settings.of(new RivuletHome(folder, folder), environment);
    }

    @Test
    void zeroTakesFreePortsAllDifferent() {
        Ports ports = Ports.choose(EnumSet.allOf(Part.class), settings(Map.of()));

        assertThat(ports.ports().values())
                .doesNotHaveDuplicates()
                .allSatisfy(port -> assertThat(port).isPositive());
        assertThat(ports.ports().values()).doesNotContain(ports.controller());
    }

    @Test
    void aTakenPortIsToldWithItsOwnerAndTheSettingToChange() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Settings settings = settings(Map.of("RIVULET_GATEWAY_PORT", port));

            assertThatThrownBy(() -> Ports.choose(EnumSet.allOf(Part.class), settings))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContainingAll(
                            port,
                            "gateway-service",
                            "RIVULET_GATEWAY_PORT",
                            "process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void twoPartsWithOnePortAreToldApart() throws Exception {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        String port = Integer.toString(free);
        Settings settings = settings(Map.of("RIVULET_GATEWAY_PORT", port, "RIVULET_CONSOLE_PORT", port));

        assertThatThrownBy(() -> Ports.choose(EnumSet.of(Part.GATEWAY, Part.CONSOLE), settings))
                .hasMessageContainingAll("another part", "RIVULET_CONSOLE_PORT");
    }
}
