// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/** Small limits. */
final class TestSettings {

    private TestSettings() {}

    static ArtifactsSettings of(Path folder) {
        return of(folder, DataSize.ofBytes(0));
    }

    static ArtifactsSettings of(Path folder, DataSize minFree) {
        return new ArtifactsSettings(
                folder,
                DataSize.ofKilobytes(300),
                16,
                Duration.ofSeconds(30),
                3,
                DataSize.ofKilobytes(500),
                minFree,
                Duration.ofHours(1),
                Duration.ofHours(24),
                Duration.ofHours(1),
                null,
                ArtifactsSettings.Backend.DISK);
    }
}
