// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A file that grows by what is uploaded, until its digest is checked. For one thread at a time. */
interface StagedFile extends Closeable {

    Path path();

    /** Bytes of the blob so far. */
    long size() throws IOException;

    /**
     * Appends to the end of the stream. What came before a failure is kept, durably.
     *
     * @param maxBytes that the blob may have altogether
     * @throws ProblemException {@code request_too_large} if there are more; they are left out
     */
    void append(InputStream bytes, long maxBytes) throws IOException;

    /** Nothing is appended any more. */
    void finish() throws IOException;

    /** The digest of what lies in the finished file now, not of what passed by. */
    Sha256 digest() throws IOException;

    /** Takes bytes in. */
    @FunctionalInterface
    interface Sink {
        void add(byte[] bytes, int length) throws IOException;
    }

    /** Pours a stream into a file that has room for so many bytes. */
    static void pour(InputStream bytes, long room, long maxBytes, Sink sink) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = room;
        for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
            sink.add(buffer, (int) Math.min(left, read));
            if (read > left) {
                throw new ProblemException(Problem.of(
                        ProblemCode.REQUEST_TOO_LARGE, "This blob may have at most " + maxBytes + " bytes."));
            }
            left -= read;
        }
    }
}
