// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import dev.rivulet.gateway.exchange.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.publisher.Flux;

/**
 * An answer that is kept.
 *
 * @param stream whether it is a stream of events, to be answered as one
 * @param body never changed
 */
record Kept(boolean stream, byte[] body) {

    private static final int PIECE = 8_192;

    /** As if it came from a replica. */
    Answer answer() {
        HttpHeaders headers =
                new DefaultHttpHeaders().set("content-type", stream ? "text/event-stream" : "application/json");
        int pieces = (body.length + PIECE - 1) / PIECE;
        return new Answer("cache", 200, headers, Flux.range(0, pieces).map(this::piece), () -> {});
    }

    private ByteBuf piece(int number) {
        int from = number * PIECE;
        return Unpooled.wrappedBuffer(body, from, Math.min(PIECE, body.length - from));
    }
}
