// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The lines of a stream, one at a time, none longer than a limit in memory. */
final class LogLines {

    /** What the stream holds next. */
    sealed interface Line {
        /** @param text without its line feed */
        record Whole(String text) implements Line {}

        /** Bytes after the last line feed: a line that was never finished, or was cut. */
        record Torn(long bytes) implements Line {}

        record TooLong() implements Line {}

        /** Bytes that are not UTF-8. */
        record NoText() implements Line {}

        record End() implements Line {}
    }

    private final InputStream in;
    private final int longest;

    LogLines(InputStream in, int longest) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.longest = longest;
    }

    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return line.size() == 0 ? new Line.End() : new Line.Torn(line.size());
            }
            if (line.size() == longest) {
                return new Line.TooLong();
            }
            line.write(next);
        }
        try {
            return new Line.Whole(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString());
        } catch (CharacterCodingException e) {
            return new Line.NoText();
        }
    }
}
