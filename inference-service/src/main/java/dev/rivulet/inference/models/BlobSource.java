// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** Where the bytes of blobs come from. */
interface BlobSource {

    /**
     * Opens a blob.
     *
     * @param registry base URL of the registry
     * @param offset bytes to leave out at the beginning; the answer may begin at 0 all the same
     */
    Opened open(URI registry, String sha256, long offset) throws IOException;

    /** An open blob; {@code offset} is where it begins. */
    record Opened(InputStream bytes, long offset) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
