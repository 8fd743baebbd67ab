// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where objects lie: a folder, or a bucket. An object is there in full or not at all. Safe for many threads. A name begins with
 * the SHA-256 of the blob that the object belongs to and has letters, digits, dots and dashes alone. Methods throw {@link
 * StoreUnavailableException} where the store can't be reached or refuses, after as many attempts as its settings allow.
 */
public interface BlobBackend {

    /**
     * Keeps a file under a name, in place of what was there; durable when this returns.
     *
     * @param file on the local disk; it may be gone afterwards
     */
    void put(String name, Path file) throws IOException;

    /** What is there under a name. */
    Optional<Kept> find(String name) throws IOException;

    /**
     * Opens an object; to be closed.
     *
     * @param offset 0 to the size of the object
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    InputStream open(String name, long offset) throws IOException;

    /** Removes an object; false if there was none. */
    boolean delete(String name) throws IOException;

    /**
     * Objects in the order of their names.
     *
     * @param after the name before the first; empty for the beginning
     * @param limit at most so many
     */
    List<Kept> list(String after, int limit) throws IOException;

    /**
     * Asks whether objects can be kept and read now.
     *
     * @throws IOException if they can't, with the reason
     */
    void check() throws IOException;

    /** Removes what calls of {@link #put} left behind that began before and never ended. */
    void tidy(Instant before) throws IOException;

    /**
     * An object.
     *
     * @param size bytes
     * @param keptAt since when it is there
     */
    record Kept(String name, long size, Instant keptAt) {}
}
