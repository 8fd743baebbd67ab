package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Sealed blobs promise the same as others. */
class SealedBlobsTest extends BlobStoreContractTest {

    @Override
    protected BlobBackend backend(Path folder) {
        return new MemoryBackend(Clock.systemUTC());
    }

    @Override
    protected KeyRing keys(Path folder) throws IOException {
        return Keys.ring(folder, "2026-11");
    }
}
