// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.artifacts.BlobBackend;
import dev.rivulet.registry.artifacts.BlobStoreContractTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBackendTest extends BlobStoreContractTest {

    @Override
    protected BlobBackend backend(Path folder) throws IOException {
        return new DiskBackend(folder, Clock.systemUTC());
    }

    @Test
    void whatIsKeptIsAFileThatNobodyWrites(@TempDir Path folder) throws IOException {
        DiskBackend backend = new DiskBackend(folder, Clock.systemUTC());
        backend.put("aabb", Files.writeString(folder.resolve("sent"), "bytes"));

        Path kept = folder.resolve("blobs").resolve("aa").resolve("aabb");
        assertThat(Files.getPosixFilePermissions(kept))
                .noneMatch(each -> each.name().endsWith("WRITE"));
    }
}
