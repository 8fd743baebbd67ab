// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** Reads the JSON body of a request that no replica gets as it came. */
public final class JsonBody {

    private JsonBody() {}

    /**
     * The bytes of the body; empty where there is none.
     *
     * @param limit most bytes
     * @param patience until the body has arrived
     * @return the body; or a {@link ProblemException} with {@code unsupported_media_type}, {@code request_too_large} or
     *     {@code deadline_exceeded}
     */
    public static Mono<byte[]> of(ServerHttpRequest request, int limit, Duration patience) {
        if (!isJson(request)) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as JSON with 'Content-Type: application/json'.")));
        }
        if (request.getHeaders().getContentLength() > limit) {
            return Mono.error(tooLarge(limit));
        }
        return DataBufferUtils.join(request.getBody(), limit)
                .map(JsonBody::bytes)
                .defaultIfEmpty(new byte[0])
                .timeout(patience, Mono.error(JsonBody::tooSlow))
                .onErrorMap(DataBufferLimitException.class, large -> tooLarge(limit));
    }

    private static boolean isJson(ServerHttpRequest request) {
        try {
            MediaType type = request.getHeaders().getContentType();
            return type != null && type.isCompatibleWith(MediaType.APPLICATION_JSON);
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static ProblemException tooLarge(int limit) {
        return new ProblemException(Problem.of(
                ProblemCode.REQUEST_TOO_LARGE, "The body is larger than the limit of " + limit + " bytes here."));
    }

    private static ProblemException tooSlow() {
        return new ProblemException(Problem.of(
                ProblemCode.DEADLINE_EXCEEDED, "The body did not arrive in time. Send it faster, or shorter."));
    }
}
