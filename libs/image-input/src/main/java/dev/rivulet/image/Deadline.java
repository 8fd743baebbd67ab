// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.time.Duration;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/** The end of the time of one decode: its readers meet it at each read of the file and after each row. */
final class Deadline {

    private final long start = System.nanoTime();
    private final long nanos;

    Deadline(Duration time) {
        this.nanos = time.toNanos();
    }

    /** The time is over. */
    static final class PassedException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;
    }

    boolean passed() {
        return System.nanoTime() - start > nanos;
    }

    void check() throws PassedException {
        if (passed()) {
            throw new PassedException();
        }
    }

    InputStream over(InputStream file) {
        return new FilterInputStream(file) {
            @Override
            public int read() throws IOException {
                check();
                return super.read();
            }

            @Override
            public int read(byte[] into, int from, int most) throws IOException {
                check();
                return super.read(into, from, most);
            }
        };
    }

    IIOReadProgressListener aborting() {
        return new IIOReadProgressListener() {
            @Override
            public void imageProgress(ImageReader source, float percentageDone) {
                if (passed()) {
                    source.abort();
                }
            }

            @Override
            public void readAborted(ImageReader source) {
                throw new java.io.UncheckedIOException(new PassedException());
            }

            @Override
            public void sequenceStarted(ImageReader source, int minIndex) {}

            @Override
            public void sequenceComplete(ImageReader source) {}

            @Override
            public void imageStarted(ImageReader source, int imageIndex) {}

            @Override
            public void imageComplete(ImageReader source) {}

            @Override
            public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

            @Override
            public void thumbnailProgress(ImageReader source, float percentageDone) {}

            @Override
            public void thumbnailComplete(ImageReader source) {}
        };
    }
}
