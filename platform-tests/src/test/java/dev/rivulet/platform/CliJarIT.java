// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command as one jar, copied to where no checkout is, at the running platform. */
@ExtendWith(OnPlatform.class)
class CliJarIT {

    @Test
    void oneJarTellsItsCommandsAndAsksARegistryElsewhere(Platform platform, @TempDir Path folder) throws IOException {
        Path jar = Files.copy(Platform.repository().resolve("cli/target/rivulet.jar"), folder.resolve("rivulet.jar"));

        assertThat(run(platform, jar, "--help").succeeded().output()).contains("Usage: rivulet", "models", "rollout");
        assertThat(run(platform, jar, "version").succeeded().output()).contains("0.1.0");
        Finished listed = run(platform, jar, "models", "list", "--json").succeeded();
        assertThat(listed.output()).contains("\"name\":\"" + Platform.MODEL + "\"");
        assertThat(listed.errors()).isEmpty();
        assertThat(run(platform, jar, "models", "nothing").exit()).isEqualTo(2);
    }

    private static Finished run(Platform platform, Path jar, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(platform.home().toFile());
        builder.environment()
                .put("RIVULET_REGISTRY_URL", platform.url("REGISTRY").toString());
        builder.environment().put("RIVULET_INTERNAL_TOKEN", platform.internalToken());
        return Finished.of(builder, Duration.ofMinutes(2));
    }
}
