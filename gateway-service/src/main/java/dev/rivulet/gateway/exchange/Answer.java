// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The head of a replica's answer, and its body to be read once. Cancelling the body closes the connection.
 *
 * @param replica the id of the replica, for logs and metrics
 * @param body buffers that belong to whoever receives them
 * @param abandon closes the connection where the body is not wanted
 */
public record Answer(String replica, int status, HttpHeaders headers, Flux<ByteBuf> body, Runnable abandon) {

    /** With which a replica says that an answer is meant to be no JSON. */
    public static final String TEXT_HEADER = "x-rivulet-text";

    /** The same answer with another body, which is to read this one or to abandon it. */
    public Answer with(Flux<ByteBuf> otherBody) {
        return new Answer(replica, status, headers, otherBody, abandon);
    }

    public boolean isStream() {
        String type = headers.get("content-type", "");
        return status == 200 && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    public boolean isJson() {
        return headers.get("content-type", "").regionMatches(true, 0, "application/json", 0, 16);
    }

    /** Whether it is plain text or subtitles, which a replica of this platform says of transcriptions alone. */
    public boolean isText() {
        String type = headers.get("content-type", "");
        return status == 200
                && headers.contains(TEXT_HEADER)
                && (type.regionMatches(true, 0, "text/plain", 0, 10) || type.regionMatches(true, 0, "text/vtt", 0, 8));
    }

    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** The whole body; empty if it is larger than the limit, whereupon the connection is closed. */
    public Mono<byte[]> bytes(long limit) {
        return body.<ByteArrayOutputStream>handle((buffer, sink) -> {
                    ByteArrayOutputStream part = new ByteArrayOutputStream(buffer.readableBytes());
                    byte[] bytes = new byte[buffer.readableBytes()];
                    buffer.readBytes(bytes);
                    buffer.release();
                    part.writeBytes(bytes);
                    sink.next(part);
                })
                .scan(Answer::joined)
                .takeUntil(collected -> collected.size() > limit)
                .last(new ByteArrayOutputStream(0))
                .filter(collected -> collected.size() <= limit)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static ByteArrayOutputStream joined(ByteArrayOutputStream before, ByteArrayOutputStream next) {
        before.writeBytes(next.toByteArray());
        return before;
    }
}
