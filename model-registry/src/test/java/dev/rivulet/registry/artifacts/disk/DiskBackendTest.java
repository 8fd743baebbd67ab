package dev.rivulet.registry.artifacts.disk;

import dev.rivulet.registry.artifacts.BlobBackend;
import dev.rivulet.registry.artifacts.BlobStoreContractTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

class DiskBackendTest extends BlobStoreContractTest {

    @Override
    protected BlobBackend backend(Path folder) throws IOException {
        return new DiskBackend(folder, Clock.systemUTC());
    }
}
