// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that can't be read, or whose head comes too slowly: the same error object as everywhere, then the connection
 * is closed, since nobody knows where a next request would begin. Such a request never reaches Spring, unless it is a later part
 * of its body that can't be read; what is answered to that one by others is then thrown away. Stands behind the HTTP codec.
 */
final class UnreadableRequests extends ChannelDuplexHandler {

    private static final long LINGER_MILLIS = 500;

    private final ErrorBodies errors;
    private final Supplier<UUID> ids;
    private final Duration headerTimeout;
    private @Nullable Future<?> patience;
    private int unanswered;
    private boolean within;
    private boolean heard;
    private boolean answered;
    private boolean refused;

    /** @param headerTimeout how long the head of a request may take, from its first byte */
    UnreadableRequests(ErrorBodies errors, Supplier<UUID> ids, Duration headerTimeout) {
        this.errors = errors;
        this.ids = ids;
        this.headerTimeout = headerTimeout;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = true;
        if (!refused && message instanceof HttpObject part) {
            follow(part);
            if (part.decoderResult().isFailure() && !answered) {
                refuse(context, problem(part));
            }
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void follow(HttpObject part) {
        if (part instanceof HttpMessage) {
            within = true;
            answered = false;
            unanswered++;
            rest();
        }
        if (part instanceof LastHttpContent) {
            within = false;
        }
    }

    /** Takes what the caller still sends: a close over unread bytes resets the connection and takes the answer with it. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (refused) {
            context.read();
            return;
        }
        boolean begins = !heard && !within && unanswered == 0;
        if (begins && patience == null) {
            patience = context.executor()
                    .schedule(() -> tooSlow(context), headerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        heard = false;
        context.fireChannelReadComplete();
    }

    /** Bytes of a handshake are no beginning of a request. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            rest();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (refused) {
            ReferenceCountUtil.release(message);
            promise.setFailure(new ClosedChannelException());
            return;
        }
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        answered |= message instanceof HttpResponse && !interim;
        if (message instanceof LastHttpContent && !interim) {
            unanswered--;
        }
        context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        rest();
        context.fireChannelInactive();
    }

    private void rest() {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }

    private void tooSlow(ChannelHandlerContext context) {
        refuse(
                context,
                Problem.of(
                        ProblemCode.DEADLINE_EXCEEDED,
                        "The headers of the request did not arrive in time. Send them faster."));
    }

    private void refuse(ChannelHandlerContext context, Problem problem) {
        refused = true;
        rest();
        if (unanswered > 1) {
            // The answer to an earlier request has not ended: this one would be taken for it.
            context.close();
            return;
        }
        context.writeAndFlush(answer(problem));
        context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        context.read();
    }

    private static Problem problem(HttpObject part) {
        return part instanceof HttpMessage
                ? problem(part.decoderResult().cause())
                : Problem.of(
                        ProblemCode.INVALID_VALUE,
                        "The chunks of the body can't be read: they are not HTTP/1.1 as in RFC 9112.");
    }

    private static Problem problem(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException line ->
                Problem.of(ProblemCode.URI_TOO_LONG, "The request line is too long. Send parameters in the body.");
            case TooLongHttpHeaderException headers ->
                Problem.of(ProblemCode.HEADERS_TOO_LARGE, "The headers of the request are too large. Send fewer.");
            default ->
                Problem.of(
                        ProblemCode.INVALID_VALUE,
                        "The request line or a header can't be read: it is not HTTP/1.1 as in RFC 9112.");
        };
    }

    private FullHttpResponse answer(Problem problem) {
        byte[] body = errors.body(problem);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(problem.code().status()),
                Unpooled.wrappedBuffer(body));
        HttpHeaders headers = response.headers();
        headers.set(EntryFilter.REQUEST_ID, ids.get().toString());
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }
}
