// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/**
 * A blob in the store.
 *
 * @param size bytes
 * @param keptAt since when it is there
 * @param source reads it
 */
public record Blob(Sha256 digest, long size, Instant keptAt, Source source) {

    /** Reads a blob from a place on. */
    @FunctionalInterface
    public interface Source {

        /**
         * Opens the bytes.
         *
         * @param offset 0 to the size of the blob
         */
        InputStream open(long offset) throws IOException;
    }

    /** The bytes from {@code offset} on; to be closed. */
    public InputStream open(long offset) throws IOException {
        return source.open(offset);
    }

    /** The first bytes, at most {@code count}. */
    public byte[] head(int count) throws IOException {
        try (InputStream in = open(0)) {
            return in.readNBytes(count);
        }
    }
}
