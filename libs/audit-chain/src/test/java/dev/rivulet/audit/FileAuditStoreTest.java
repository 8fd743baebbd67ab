// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.audit.FileAuditStore.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAuditStoreTest extends AuditStoreContractTest {

    @TempDir
    Path folder;

    private @Nullable FileAuditStore open;

    @Override
    AuditStore store() throws IOException {
        return ready();
    }

    @AfterEach
    void close() throws IOException {
        if (open != null) {
            open.close();
        }
    }

    private Path file() {
        return folder.resolve("audit.jsonl");
    }

    private FileAuditStore ready() throws IOException {
        close();
        if (FileAuditStore.open(file()) instanceof Opened.Ready(FileAuditStore store)) {
            open = store;
            return store;
        }
        throw new AssertionError("the file does not open");
    }

    @Test
    void aLogGoesOnAfterARestart() throws IOException {
        FileAuditStore store = ready();
        WrittenLog written = WrittenLog.full();
        for (int i = 0; i < written.lines().size(); i++) {
            store.append(i, written.lines().get(i));
        }
        assertThat(ready().tail()).isEqualTo(written.store.tail());
        assertThat(Files.readAllBytes(file())).isEqualTo(written.bytes());
    }

    @Test
    void aSecondWriterIsTurnedAway() throws IOException {
        ready();
        assertThat(FileAuditStore.open(file())).isInstanceOf(Opened.Busy.class);
    }

    @Test
    void aLineThatACrashToreIsToldAndKeptBesideTheLog() throws IOException {
        Files.writeString(file(), "whole\nto");
        assertThat(FileAuditStore.open(file())).isEqualTo(new Opened.Torn(1, 6, 2));
        assertThat(file()).hasContent("whole\nto");

        Path copy = FileAuditStore.mend(file(), new Opened.Torn(1, 6, 2));

        assertThat(copy).hasFileName("audit.jsonl.torn-6").hasContent("to");
        FileAuditStore store = ready();
        assertThat(store.append(1, "next")).isInstanceOf(AuditStore.Appended.Kept.class);
        assertThat(store.read(0, 9)).containsExactly("whole", "next");
    }

    @Test
    void aFileThatWentOnIsNotMended() throws IOException {
        Files.writeString(file(), "whole\nmore\n");
        assertThatThrownBy(() -> FileAuditStore.mend(file(), new Opened.Torn(1, 6, 2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has changed");
        assertThat(file()).hasContent("whole\nmore\n");
    }

    @Test
    void aFileThatIsNoTextIsNotWrittenTo() throws IOException {
        Files.write(file(), new byte[] {'a', '\n', (byte) 0xff, '\n'});
        assertThat(FileAuditStore.open(file())).isEqualTo(new Opened.Unreadable(2));
    }
}
