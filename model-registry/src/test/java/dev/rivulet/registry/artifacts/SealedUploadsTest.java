// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that are sealed as they grow resume as others do. */
class SealedUploadsTest extends UploadsTest {

    @TempDir
    private Path keys;

    @Override
    protected KeyRing keys() throws IOException {
        return Keys.ring(keys, "2026-11");
    }
}
