// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files.http;

import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.FilesProperties;
import dev.rivulet.gateway.files.StoredFile;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.PartEvent;

/** One upload: takes its parts as they come, the file straight to disk. Used by one thread at a time, which may block. */
final class Upload implements AutoCloseable {

    private static final int LONGEST_FIELD = 1_024;
    private static final int LONGEST_NAME = 255;

    private final FileStore store;
    private final FilesProperties limits;
    private final String tenant;
    private final Path place;
    private final StringBuilder purpose = new StringBuilder();
    private @Nullable OutputStream out;
    private @Nullable String filename;
    private long bytes;

    Upload(FileStore store, FilesProperties limits, String tenant) {
        this.store = store;
        this.limits = limits;
        this.tenant = tenant;
        this.place = store.begin(tenant);
    }

    /** Takes a piece of a part; its buffer is released. */
    void accept(PartEvent event) {
        DataBuffer content = event.content();
        try {
            if (event.name().equals("file") && event instanceof FilePartEvent file) {
                write(file, content);
            } else if (event.name().equals("purpose")) {
                purpose.append(content.toString(StandardCharsets.UTF_8));
                require(purpose.length() <= LONGEST_FIELD, "purpose", "'purpose' is too long.");
            }
        } finally {
            DataBufferUtils.release(content);
        }
    }

    private void write(FilePartEvent file, DataBuffer content) {
        bytes += content.readableByteCount();
        if (bytes > limits.maxFile().toBytes()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "file",
                    "The file is larger than the limit of " + limits.maxFile().toBytes()
                            + " bytes (rivulet.files.max-file)."));
        }
        try {
            if (out == null) {
                filename = name(file.filename());
                out = Files.newOutputStream(place);
            }
            content.asInputStream().transferTo(out);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** A word to show, never a path. */
    private static String name(String given) {
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1)
                .replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
        return last.isBlank() ? "file" : last.substring(0, Math.min(LONGEST_NAME, last.length()));
    }

    StoredFile finish() {
        require(out != null && filename != null, "file", "'file' is missing: send it as a part of the form.");
        require(!purpose.isEmpty(), "purpose", "'purpose' is missing, such as batch.");
        require(purpose.toString().matches("[a-z_-]{1,64}"), "purpose", "'purpose' must be a word, such as batch.");
        closeFile();
        return store.keep(tenant, place, java.util.Objects.requireNonNull(filename), purpose.toString());
    }

    private void closeFile() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void require(boolean good, String param, String message) {
        if (!good) {
            throw new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
        }
    }

    /** Throws away what did not become a file. */
    @Override
    public void close() {
        closeFile();
        store.discard(place);
    }
}
