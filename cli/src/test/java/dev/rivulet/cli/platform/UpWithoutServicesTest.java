// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as one jar, run in a folder that is no checkout. */
class UpWithoutServicesTest {

    @Test
    void nothingIsStartedAndNothingIsMade(@TempDir Path folder) throws IOException {
        try (Terminal terminal = new Terminal(folder, (exchange, asked) -> Terminal.reply(exchange, 404, "{}"))) {
            assertThat(terminal.run("up")).isOne();
            assertThat(terminal.err())
                    .contains("There are no built services below " + folder)
                    .contains("./rivulet up");
            assertThat(folder).isEmptyDirectory();
        }
    }
}
