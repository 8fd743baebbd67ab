// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRange;

/** What part of a blob a request wants (RFC 9110, 14). Several ranges at once are answered with the whole, which is allowed. */
sealed interface ByteRange {

    /** All of it. */
    record Whole() implements ByteRange {}

    /**
     * One part.
     *
     * @param from first byte
     * @param count bytes
     */
    record Part(long from, long count) implements ByteRange {}

    /** A part that is not there. */
    record Unsatisfiable() implements ByteRange {}

    /**
     * Reads the headers of a request.
     *
     * @param range {@code Range}; one that can't be read is passed over
     * @param ifRange {@code If-Range}; the range counts only if it is the ETag
     * @param etag of the blob, in quotes
     */
    static ByteRange of(@Nullable String range, @Nullable String ifRange, String etag, long size) {
        if (range == null || ifRange != null && !ifRange.strip().equals(etag)) {
            return new Whole();
        }
        try {
            List<HttpRange> ranges = HttpRange.parseRanges(range);
            return ranges.size() == 1 ? part(ranges.getFirst(), size) : new Whole();
        } catch (IllegalArgumentException e) {
            return new Whole();
        }
    }

    private static ByteRange part(HttpRange range, long size) {
        if (size == 0) {
            return new Unsatisfiable();
        }
        long from = range.getRangeStart(size);
        long to = range.getRangeEnd(size);
        return from < size && from <= to ? new Part(from, to - from + 1) : new Unsatisfiable();
    }
}
