// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** A whole body, held to a size while it comes and to a time. */
public final class BoundedBody {

    private BoundedBody() {}

    /**
     * Reads it.
     *
     * @param most bytes
     * @param within the time that it may take to arrive
     * @param empty what is wrong with a body of no bytes
     * @return fails with {@code request_too_large}, with {@code deadline_exceeded}, or as {@code empty} says
     */
    public static Mono<byte[]> of(
            ServerHttpRequest request, int most, Duration within, Supplier<ProblemException> empty) {
        return DataBufferUtils.join(request.getBody(), most)
                .map(BoundedBody::bytes)
                .switchIfEmpty(Mono.error(empty))
                .timeout(within)
                .onErrorMap(
                        DataBufferLimitException.class,
                        e -> new ProblemException(Problem.of(
                                ProblemCode.REQUEST_TOO_LARGE, "The body is larger than " + most + " bytes.")))
                .onErrorMap(
                        TimeoutException.class,
                        e -> new ProblemException(
                                Problem.of(ProblemCode.DEADLINE_EXCEEDED, "The body did not arrive in time.")));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
