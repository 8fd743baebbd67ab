// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** docs/tour.md as a new user goes through it: all its blocks in their order, each in a shell of its own as a person would type it. */
@Tag("long")
@ExtendWith(OnPlatform.class)
class TourIT {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

    @Test
    void aNewUserGoesFromTheCheckoutToAMendedRecord(Platform platform) throws IOException {
        Path tour = Platform.repository().resolve("docs/tour.md");
        Matcher block = BLOCK.matcher(Files.readString(tour));
        int blocks = 0;
        while (block.find()) {
            // As in a shell where the first block was run.
            String script = "eval \"$(./rivulet env)\"\n" + block.group(1);
            Finished finished = Finished.of(
                    platform.command().command("bash", "-euo", "pipefail", "-c", script), Duration.ofMinutes(15));
            assertThat(finished.exit())
                    .as(block.group(1) + finished.output() + finished.errors())
                    .isZero();
            blocks++;
        }
        assertThat(blocks).isGreaterThan(5);
        assertThat(platform.run("models", "show", "tour-assistant").succeeded().output())
                .containsPattern("tour-[0-9]+ ← champion");
    }
}
