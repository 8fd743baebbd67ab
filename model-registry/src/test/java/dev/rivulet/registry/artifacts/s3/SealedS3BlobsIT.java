// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

/** Blobs that are sealed before they leave for the bucket promise the same. */
class SealedS3BlobsIT extends S3BlobsIT {

    @Override
    protected boolean isSealed() {
        return true;
    }
}
