// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.Terminal;
import dev.rivulet.cli.home.RivuletHome;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home's files out and back; the whole platform's is shown by BackupIT. */
class BackupCommandTest {
    @TempDir
    Path folder;

    private Terminal terminal;
    private Path home;
    private String backup = "";

    @BeforeEach
    void fill() throws IOException {
        terminal = new Terminal(folder, (exchange, asked) -> {});
        home = folder.resolve("home");
        backup = folder.resolve("backup").toString();
        write("data/kafka/topic-0/00.log", "events");
        write("data/postgres/PG_VERSION", "18");
        Files.createDirectories(home.resolve("data/postgres/pg_notify"));
        Files.setPosixFilePermissions(home.resolve("data/postgres"), PosixFilePermissions.fromString("rwx------"));
        write("data/artifacts/ab/blob", "w".repeat(200_000));
        write("data/model-cache/copy", "made anew");
        write("logs/gateway-service.log", "made anew");
        write("api-key", "rvk_secret");
        Files.setPosixFilePermissions(home.resolve("api-key"), PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    private void write(String path, String text) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.resolveSibling(""));
        Files.writeString(file, text);
    }

    /** Every path below the home with its permissions and, of files, its text. */
    private Map<String, String> tree() throws IOException {
        Map<String, String> tree = new TreeMap<>();
        for (String kept : BackupCommand.KEPT) {
            Path root = home.resolve(kept);
            if (!Files.exists(root)) {
                continue;
            }
            try (Stream<Path> paths = Files.walk(root)) {
                for (Path path : (Iterable<Path>) paths::iterator) {
                    String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                    tree.put(
                            home.relativize(path).toString(),
                            permissions + (Files.isRegularFile(path) ? " " + Files.readString(path) : ""));
                }
            }
        }
        return tree;
    }

    private void loseHome() throws IOException {
        Files.move(home, folder.resolve("lost"));
    }

    @Test
    void whatIsRestoredIsWhatWasKeptWithItsPermissionsAndEmptyFolders() throws IOException {
        Map<String, String> before = tree();
        assertThat(terminal.run("backup", backup)).isZero();
        assertThat(terminal.out()).contains("✓ 4 files", "./rivulet restore");
        assertThat(Path.of(backup, "data/model-cache")).doesNotExist();
        assertThat(Path.of(backup, "logs")).doesNotExist();
        loseHome();

        assertThat(terminal.run("restore", backup, "--check")).isZero();
        assertThat(home.resolve("data/kafka")).doesNotExist();
        assertThat(terminal.run("restore", backup)).isZero();

        assertThat(tree()).isEqualTo(before);
        assertThat(home.resolve("restore.part")).doesNotExist();
    }

    @Test
    void aBackupIsForItsOwnerAlone() throws IOException {
        assertThat(terminal.run("backup", backup, "--json")).isZero();
        assertThat(terminal.out()).startsWith("{\"folder\":").hasLineCount(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))))
                .isEqualTo("rwx------");
    }

    @Test
    void aFlippedBitAMissingFileAndACutOneAreFoundAndNothingIsWritten() throws IOException {
        terminal.run("backup", backup);
        loseHome();
        Path blob = Path.of(backup, "data/artifacts/ab/blob");
        String sound = Files.readString(blob);
        Files.writeString(blob, sound.replaceFirst("w", "x"));
        assertThat(terminal.run("restore", backup)).isEqualTo(3);
        assertThat(terminal.err()).contains("data/artifacts/ab/blob has other bytes");
        Files.writeString(blob, "w");
        assertThat(terminal.run("restore", backup)).isEqualTo(3);
        assertThat(terminal.err()).contains("has 1 bytes, not 200000");
        Files.delete(blob);
        assertThat(terminal.run("restore", backup, "--check")).isEqualTo(3);
        assertThat(terminal.err()).contains("is missing");
        assertThat(home.resolve("data/kafka")).doesNotExist();
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        assertThat(terminal.run("backup", backup)).isZero();
        assertThat(terminal.run("backup", backup)).isOne();
        assertThat(terminal.err()).contains("is there already");
        assertThat(terminal.run("restore", backup)).isOne();
        assertThat(terminal.err()).contains("not written over", "RIVULET_HOME");
        assertThat(terminal.run("backup", home.resolve("x").toString())).isOne();
        assertThat(terminal.err()).contains("lies in the home");
    }

    @Test
    void aPlatformThatRunsIsNotCopied() throws IOException {
        RivuletHome running = new RivuletHome(home, folder);
        running.create();
        FileLock lock = running.lock().orElseThrow();
        try {
            assertThat(terminal.run("backup", backup)).isOne();
            assertThat(terminal.err()).contains("./rivulet down");
            assertThat(Path.of(backup)).doesNotExist();
        } finally {
            lock.acquiredBy().close();
        }
    }

    @Test
    void whatIsNoBackupOrLeadsElsewhereIsRefused() throws IOException {
        loseHome();
        assertThat(terminal.run("restore", folder.toString())).isOne();
        assertThat(terminal.err()).contains("manifest.json is missing");
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"format\":1,\"rivulet\":\"x\",\"made\":\"2026-11-27T00:00:00Z\",\"entries\":[{\"path\":\"../evil\","
                        + "\"size\":1,\"sha256\":\"\",\"permissions\":\"\"}]}");
        assertThat(terminal.run("restore", folder.toString())).isOne();
        assertThat(terminal.err()).contains("leads elsewhere");
        Files.writeString(folder.resolve("manifest.json"), "{\"format\":9,\"rivulet\":\"x\",\"entries\":[]}");
        assertThat(terminal.run("restore", folder.toString())).isOne();
        assertThat(terminal.err()).contains("its form is 9").doesNotContain("Exception");
    }
}
