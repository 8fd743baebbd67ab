// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import dev.rivulet.registry.artifacts.BlobBackend;
import dev.rivulet.registry.artifacts.BlobStoreContractTest;
import java.nio.file.Path;

/** The contract against a server that speaks S3. */
class S3BlobsIT extends BlobStoreContractTest {

    @Override
    protected BlobBackend backend(Path incoming) {
        return TestBackends.open(S3Server.shared().newBucket());
    }
}
