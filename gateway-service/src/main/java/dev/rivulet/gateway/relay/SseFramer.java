// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets whole events of a stream pass, byte for byte, and holds back one that has not ended, so that whatever is put between
 * two events never lands inside one. Used by one thread at a time.
 */
final class SseFramer {

    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LARGEST_EVENT = 1 << 20;

    private final ByteBufAllocator allocator;
    private ByteBuf tail = Unpooled.EMPTY_BUFFER;

    /** Bytes that may pass. */
    sealed interface Piece {
        /** One or more whole events; whoever takes it releases it. */
        record Events(ByteBuf bytes) implements Piece {}

        /** The event {@code [DONE]}. */
        record Done(ByteBuf bytes) implements Piece {}
    }

    SseFramer(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Takes bytes as they come, and owns them.
     *
     * @throws IllegalStateException if one event is larger than 1 MiB
     */
    List<Piece> accept(ByteBuf bytes) {
        ByteBuf all = joined(bytes);
        int end = lastEnd(all);
        if (end == all.readerIndex()) {
            hold(all);
            return List.of();
        }
        ByteBuf whole = all.readRetainedSlice(end - all.readerIndex());
        hold(all);
        return pieces(whole);
    }

    /** What is left when the stream has ended by itself: an event without its blank line, or nothing. */
    ByteBuf rest() {
        ByteBuf rest = tail;
        tail = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    /** Drops what is held back. */
    void close() {
        rest().release();
    }

    private ByteBuf joined(ByteBuf bytes) {
        if (!tail.isReadable()) {
            return bytes;
        }
        ByteBuf before = rest();
        ByteBuf all = allocator.buffer(before.readableBytes() + bytes.readableBytes());
        all.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        return all;
    }

    private void hold(ByteBuf remainder) {
        if (remainder.readableBytes() > LARGEST_EVENT) {
            remainder.release();
            throw new IllegalStateException("an event of the replica is larger than " + LARGEST_EVENT + " bytes");
        }
        if (remainder.isReadable()) {
            tail = remainder;
        } else {
            remainder.release();
        }
    }

    private static List<Piece> pieces(ByteBuf whole) {
        int doneAt = whole.writerIndex() - DONE.length;
        if (!endsWithDone(whole, doneAt)) {
            return List.of(new Piece.Events(whole));
        }
        List<Piece> pieces = new ArrayList<>(2);
        if (doneAt > whole.readerIndex()) {
            pieces.add(new Piece.Events(whole.readRetainedSlice(doneAt - whole.readerIndex())));
        }
        pieces.add(new Piece.Done(whole));
        return pieces;
    }

    private static boolean endsWithDone(ByteBuf bytes, int at) {
        if (at < bytes.readerIndex() || (at > bytes.readerIndex() && bytes.getByte(at - 1) != '\n')) {
            return false;
        }
        for (int i = 0; i < DONE.length; i++) {
            if (bytes.getByte(at + i) != DONE[i]) {
                return false;
            }
        }
        return true;
    }

    /** The index after the last blank line, or the reader index if there is none. */
    private static int lastEnd(ByteBuf bytes) {
        int first = bytes.readerIndex();
        for (int i = bytes.writerIndex() - 1; i > first; i--) {
            if (bytes.getByte(i) != '\n') {
                continue;
            }
            byte before = bytes.getByte(i - 1);
            boolean afterReturn = before == '\r' && i - 2 >= first && bytes.getByte(i - 2) == '\n';
            if (before == '\n' || afterReturn) {
                return i + 1;
            }
        }
        return first;
    }
}
