// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever starts PostgreSQL, it does not run as root. */
class NotRootTest {
    @TempDir
    Path folder;

    private static String told(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void theUserIsNotRoot() throws Exception {
        assertThat(told(NotRoot.find().command(List.of("id", "-u")))).isNotEqualTo("0");
    }

    @Test
    void nobodyReadsAndWritesWhatRootGaveAway() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become somebody else");
        Path mine = Files.createDirectory(
                folder.resolve("mine"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        NotRoot nobody = NotRoot.nobody();
        nobody.own(mine);

        String told =
                told(nobody.command(List.of("sh", "-c", "id -u && touch " + mine + "/made && stat -c %u " + mine)));

        assertThat(told.lines()).containsExactly("65534", "65534");
        assertThat(mine.resolve("made")).exists();
    }
}
