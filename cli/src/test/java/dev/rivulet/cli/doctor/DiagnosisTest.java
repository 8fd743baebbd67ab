// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.Terminal;
import dev.rivulet.cli.doctor.Finding.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What facts of a machine mean; and the command on the machine that runs the test. */
class DiagnosisTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path folder;

    private static Machine sound() {
        return machine(25, true, 8, Set.of("avx2"), 16 * GIB, 8 * GIB, 50 * GIB, List.of());
    }

    private static Machine machine(
            int java,
            boolean compiler,
            int processors,
            Set<String> features,
            long memory,
            long available,
            long disk,
            List<String> ports) {
        return new Machine(
                java,
                "/jdk",
                compiler,
                processors,
                "amd64",
                features,
                memory,
                available,
                disk,
                20_000,
                List.of(),
                "/home",
                "",
                ports,
                0,
                "",
                true,
                true);
    }

    private static Finding only(String check, Machine machine) {
        return Diagnosis.of(machine).stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSoundMachineHasNothingToMend() {
        assertThat(Diagnosis.of(sound())).allMatch(finding -> finding.level() == Level.GOOD);
    }

    @Test
    void whatIsInTheWayIsBadAndSaysHowToMendIt() {
        Machine ill = machine(
                21,
                false,
                8,
                Set.of("avx2"),
                GIB,
                GIB,
                GIB / 2,
                List.of("Port 7100 is taken: in use by process 7. Stop that process."));
        assertThat(Diagnosis.of(ill))
                .filteredOn(finding -> finding.level() == Level.BAD)
                .extracting(Finding::check)
                .containsExactly("JDK", "memory", "disk", "ports");
        assertThat(only("JDK", ill).mend()).contains("RIVULET_JAVA_HOME");
        assertThat(only("ports", ill).found()).endsWith("process 7");
        assertThat(only("ports", ill).mend()).isEqualTo("Stop that process.");
    }

    @Test
    void whatMakesItSlowIsPoorAndDoesNotHinder() {
        Machine slow = machine(25, true, 1, Set.of("sse4_2"), 3 * GIB, 2 * GIB, 2 * GIB, List.of());
        assertThat(Diagnosis.of(slow))
                .filteredOn(finding -> finding.level() == Level.POOR)
                .extracting(Finding::check)
                .containsExactly("processors", "CPU features", "memory", "disk");
        assertThat(Diagnosis.of(slow)).noneMatch(finding -> finding.level() == Level.BAD);
    }

    @Test
    void theCommandFindsWhoHasAPortAndFails() throws IOException {
        try (Terminal terminal = new Terminal(folder, (exchange, asked) -> {});
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String part :
                    List.of("CONSOLE", "REGISTRY", "INFERENCE", "CONFIG", "FEDERATION", "POSTGRES", "KAFKA")) {
                terminal.with("RIVULET_" + part + "_PORT", "0");
            }
            terminal.with("RIVULET_GATEWAY_PORT", Integer.toString(taken.getLocalPort()));

            assertThat(terminal.run("doctor")).isOne();

            assertThat(terminal.out())
                    .contains("✓ JDK", "Port " + taken.getLocalPort(), "RIVULET_GATEWAY_PORT", "Mend what is marked");
            assertThat(terminal.run("doctor", "--json")).isOne();
            assertThat(terminal.out())
                    .startsWith("{\"able\":false,\"findings\":[")
                    .hasLineCount(1);
        }
    }
}
