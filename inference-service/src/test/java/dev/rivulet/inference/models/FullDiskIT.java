// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.testsupport.JavaProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica's cache of blobs on a disk of 12 MiB that is full (a file system in memory, in a name space of the process). */
@Tag("long")
class FullDiskIT {

    @TempDir
    private Path folder;

    @Test
    void whatHasNoRoomIsRefusedWhatIsThereIsServedAndTheDownloadGoesOnWhenThereIsRoom() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path log = folder.resolve("replica.log");
        try (JavaProcess replica = new JavaProcess(
                FullDisk.class,
                log,
                Map.of(),
                List.of(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=12m none \"$0\" && exec \"$@\"",
                        disk.toString()))) {
            replica.startQuiet(64, List.of(disk.toString()));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> Files.exists(log) && Files.readAllLines(log).size() >= 6);
        }

        assertThat(Files.readAllLines(log))
                .containsExactly(
                        "small " + (1 << 20),
                        "large refused: No space left on device",
                        "large refused: No space left on device",
                        "small " + (1 << 20),
                        "large " + (8 << 20),
                        "small " + (1 << 20));
    }
}
