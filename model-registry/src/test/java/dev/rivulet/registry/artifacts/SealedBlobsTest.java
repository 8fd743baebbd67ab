// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.nio.file.Path;
import java.time.Clock;

/** Sealed blobs promise the same as others. */
class SealedBlobsTest extends BlobStoreContractTest {

    @Override
    protected BlobBackend backend(Path folder) {
        return new MemoryBackend(Clock.systemUTC());
    }

    @Override
    protected boolean isSealed() {
        return true;
    }
}
