package dev.rivulet.gateway.relay;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers requests whose first line or headers can't be read, which never reach Spring: the same error object as everywhere,
 * then the connection is closed, since nobody knows where a next request would begin. Stands behind the HTTP codec.
 */
final class UnreadableRequests extends ChannelInboundHandlerAdapter {

    private static final long LINGER_MILLIS = 500;

    private final ErrorBodies errors;
    private final Supplier<UUID> ids;
    private boolean refused;

    UnreadableRequests(ErrorBodies errors, Supplier<UUID> ids) {
        this.errors = errors;
        this.ids = ids;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!refused
                && message instanceof HttpMessage request
                && request.decoderResult().isFailure()) {
            refused = true;
            context.writeAndFlush(answer(problem(request.decoderResult().cause())));
            context.executor().schedule(() -> context.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Takes what the caller still sends: a close over unread bytes resets the connection and takes the answer with it. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (refused) {
            context.read();
        } else {
            context.fireChannelReadComplete();
        }
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
