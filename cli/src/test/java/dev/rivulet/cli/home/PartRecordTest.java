// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other terminals know of a running part. */
class PartRecordTest {
    @TempDir
    Path folder;

    RivuletHome home;

    @BeforeEach
    void freshHome() {
        home = new RivuletHome(folder.resolve("home"), folder);
        home.create();
    }

    @Test
    void aRecordComesBackAsItWas() {
        PartRecord record = PartRecord.of("kafka", ProcessHandle.current(), "kafka://127.0.0.1:1", 2);
        record.write(home);

        assertThat(PartRecord.read(home, "kafka")).contains(record);
        assertThat(record.process()).contains(ProcessHandle.current());

        PartRecord.delete(home, "kafka");
        assertThat(PartRecord.read(home, "kafka")).isEmpty();
    }

    @Test
    void anotherProcessWithTheSameIdDoesNotCount() {
        PartRecord old = new PartRecord(
                "kafka",
                ProcessHandle.current().pid(),
                Instant.parse("2020-01-01T00:00:00Z"),
                "kafka://127.0.0.1:1",
                0);

        assertThat(old.process()).isEmpty();
    }

    @Test
    void aBrokenFileIsNoRecord() throws IOException {
        Files.writeString(home.run().resolve("kafka.json"), "{\"name\":\"kaf");

        assertThat(PartRecord.read(home, "kafka")).isEmpty();
    }
}
