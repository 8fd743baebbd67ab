// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings from two places. */
class SettingsTest {
    @TempDir
    Path folder;

    private Settings settings(Map<String, String> environment, String file) throws IOException {
        RivuletHome home = new RivuletHome(folder, folder);
        Files.writeString(home.settingsFile(), file);
        return Settings.of(home, environment);
    }

    @Test
    void defaultsHoldWhereNothingIsSet() throws IOException {
        Settings settings = settings(Map.of(), "");

        assertThat(settings.port(Part.GATEWAY)).isEqualTo(7100);
        assertThat(settings.port(Part.KAFKA)).isEqualTo(7192);
        assertThat(settings.controllerPort()).isEqualTo(7193);
        assertThat(settings.heap(Part.KAFKA)).isEqualTo("160m");
        assertThat(settings.javaOptions(Part.GATEWAY)).contains("-XX:-AOTReplayTraining");
        assertThat(settings.javaOptions(Part.CONSOLE)).containsExactly("-XX:TieredStopAtLevel=1");
        assertThat(settings.aotCache()).isTrue();
    }

    @Test
    void theFileIsReadAndTheEnvironmentWins() throws IOException {
        Settings settings = settings(
                Map.of("RIVULET_GATEWAY_PORT", "0", "RIVULET_KAFKA_CONTROLLER_PORT", "9"),
                "gateway.port=7200\nregistry.port=7202\ninference.java-options=-Xss1m  -Da=b\n");

        assertThat(settings.port(Part.GATEWAY)).isZero();
        assertThat(settings.controllerPort()).isEqualTo(9);
        assertThat(settings.port(Part.MODEL_REGISTRY)).isEqualTo(7202);
        assertThat(settings.javaOptions(Part.INFERENCE)).containsExactly("-Xss1m", "-Da=b");
    }

    @Test
    void aWrongValueIsToldWithItsPlace() throws IOException {
        Settings environment = settings(Map.of("RIVULET_GATEWAY_PORT", "70000"), "");
        assertThatThrownBy(() -> environment.port(Part.GATEWAY))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("RIVULET_GATEWAY_PORT=70000", "0 to 65535");

        Settings file = settings(Map.of(), "kafka.heap=lots");
        assertThatThrownBy(() -> file.heap(Part.KAFKA))
                .hasMessageContainingAll("rivulet.properties: kafka.heap=lots", "160m");
    }

    @Test
    void aNameNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> settings(Map.of(), "gatway.port=1"))
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("gatway.port", "gateway.port");
    }
}
