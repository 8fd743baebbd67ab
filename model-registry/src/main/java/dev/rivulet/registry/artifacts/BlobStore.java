package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Blobs under the SHA-256 of their bytes. A blob is there in full or not at all, and never changes. Safe for many threads. */
public interface BlobStore {

    /**
     * Reads the bytes to their end and keeps them if they have the digest.
     *
     * @param maxBytes at most this many are read
     * @throws dev.rivulet.problems.ProblemException {@code digest_mismatch} or {@code request_too_large}; nothing is kept then
     * @throws IOException if reading or storing fails; nothing is kept then
     */
    Stored put(Sha256 digest, InputStream bytes, long maxBytes) throws IOException;

    /** The blob, if it is there. */
    Optional<Blob> find(Sha256 digest);

    /**
     * What an upload came to.
     *
     * @param blob now in the store
     * @param isNew false if the store had it before
     */
    record Stored(Blob blob, boolean isNew) {}

    /**
     * A blob in the store.
     *
     * @param size bytes
     * @param file read-only
     */
    record Blob(Sha256 digest, long size, Path file) {

        /** The first bytes, at most {@code count}. */
        public byte[] head(int count) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(count);
            }
        }
    }
}
