// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An object from a place on; where the connection breaks, it is asked for the rest. For one thread at a time. */
final class S3Input extends InputStream {

    /** So many bytes later a break counts as the first again. */
    private static final long PROGRESS = 1 << 20;

    private final String name;
    private final Opening opening;
    private final int attempts;
    private final long size;
    private @Nullable ResponseInputStream<GetObjectResponse> part;
    private long at;
    private int failures;
    private long failedAt;

    /** Asks for the object from a place on. */
    @FunctionalInterface
    interface Opening {
        ResponseInputStream<GetObjectResponse> from(long offset) throws IOException;
    }

    /**
     * Opens the object.
     *
     * @param offset 0 to the size of the object, which must have a byte there
     * @param attempts without progress, after which a break is told
     */
    S3Input(String name, long offset, int attempts, Opening opening) throws IOException {
        ResponseInputStream<GetObjectResponse> first = opening.from(offset);
        this.name = name;
        this.opening = opening;
        this.attempts = attempts;
        this.at = offset;
        this.failedAt = offset;
        this.part = first;
        this.size = offset + first.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        while (at < size) {
            try {
                int read = opened().read(bytes, offset, (int) Math.min(length, size - at));
                if (read >= 0) {
                    at += read;
                    return read;
                }
                broken(new EOFException("the connection ended " + (size - at) + " bytes too early"));
            } catch (AbortedException e) {
                throw interrupted(e);
            } catch (IOException | SdkException e) {
                broken(e);
            }
        }
        return -1;
    }

    private ResponseInputStream<GetObjectResponse> opened() throws IOException {
        ResponseInputStream<GetObjectResponse> current = part;
        if (current == null) {
            current = opening.from(at);
            part = current;
        }
        return current;
    }

    private void broken(Exception failure) throws IOException {
        drop();
        failures = at - failedAt >= PROGRESS ? 1 : failures + 1;
        failedAt = at;
        if (failures >= attempts) {
            throw new IOException("The object " + name + " broke off " + failures + " times at byte " + at, failure);
        }
    }

    private static IOException interrupted(AbortedException cause) {
        InterruptedIOException interrupted = new InterruptedIOException("The object is not read any further");
        interrupted.initCause(cause);
        return interrupted;
    }

    /** Ends the connection, instead of reading on to the end of an object that nobody wants. */
    private void drop() {
        ResponseInputStream<GetObjectResponse> current = part;
        part = null;
        if (current != null) {
            current.abort();
        }
    }

    @Override
    public void close() throws IOException {
        ResponseInputStream<GetObjectResponse> current = part;
        if (current != null && at == size) {
            // It is read to its end: the connection serves the next call.
            current.close();
            part = null;
        }
        drop();
    }
}
