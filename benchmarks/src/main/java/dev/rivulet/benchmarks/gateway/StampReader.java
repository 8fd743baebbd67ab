// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/** Finds the times that {@link PacedUpstream} wrote into the content of events, however the bytes are cut into pieces. */
final class StampReader {

    private static final byte[] MARK = "\"content\":".getBytes(StandardCharsets.US_ASCII);

    private final LongConsumer stamps;
    private int matched;
    private boolean quoted;
    private long number;
    private boolean any;

    StampReader(LongConsumer stamps) {
        this.stamps = stamps;
    }

    void read(ByteBuf bytes) {
        bytes.forEachByte(this::next);
    }

    private boolean next(byte value) {
        if (matched < MARK.length) {
            matched = value == MARK[matched] ? matched + 1 : value == MARK[0] ? 1 : 0;
        } else if (quoted) {
            content(value);
        } else if (value == '"') {
            quoted = true;
        } else if (value != ' ') {
            reset();
        }
        return true;
    }

    private void content(byte value) {
        if (value >= '0' && value <= '9') {
            number = number * 10 + value - '0';
            any = true;
            return;
        }
        if (value == '"' && any) {
            stamps.accept(number);
        }
        reset();
    }

    private void reset() {
        matched = 0;
        quoted = false;
        number = 0;
        any = false;
    }
}
