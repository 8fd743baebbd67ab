// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** Reads request bodies within limits: of one, of all together, and of the time they take. Thread-safe. */
public final class BodyReader {

    private final long maxBody;
    private final long budget;
    private final Duration timeout;
    private final AtomicLong held = new AtomicLong();

    BodyReader(CompletionProperties properties) {
        this.maxBody = properties.maxBody().toBytes();
        this.budget = properties.bodyBudget().toBytes();
        this.timeout = properties.bodyTimeout();
    }

    /** The whole body of a JSON request. Its bytes count against the budget until {@link Held#release()}. */
    public Mono<Held> read(ServerHttpRequest request) {
        return Mono.defer(() -> {
            checkHeaders(request.getHeaders());
            Held body = new Held();
            return request.getBody()
                    .doOnNext(body::add)
                    .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                    .then(Mono.just(body))
                    .timeout(timeout)
                    .onErrorMap(TimeoutException.class, e -> slow())
                    .doOnError(e -> body.release())
                    .doOnCancel(body::release);
        });
    }

    private void checkHeaders(HttpHeaders headers) {
        MediaType type = headers.getContentType();
        if (type == null || !MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
            throw problem(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the request with 'Content-Type: application/json'.");
        }
        String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the body without Content-Encoding.");
        }
        if (headers.getContentLength() > maxBody) {
            throw tooLarge();
        }
    }

    private ProblemException tooLarge() {
        return problem(ProblemCode.REQUEST_TOO_LARGE, "The body is larger than " + maxBody + " bytes.");
    }

    private ProblemException slow() {
        return problem(ProblemCode.DEADLINE_EXCEEDED, "The body did not arrive within " + timeout.toSeconds() + " s.");
    }

    private static ProblemException problem(ProblemCode code, String message) {
        return new ProblemException(Problem.of(code, message));
    }

    /** Bytes of bodies in memory now. */
    long held() {
        return held.get();
    }

    /** A body in memory. */
    public final class Held {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        private long counted;
        private boolean released;

        private void add(DataBuffer buffer) {
            try {
                int count = buffer.readableByteCount();
                if (bytes.size() + count > maxBody) {
                    throw tooLarge();
                }
                take(count);
                byte[] copy = new byte[count];
                buffer.read(copy);
                bytes.write(copy, 0, count);
            } finally {
                DataBufferUtils.release(buffer);
            }
        }

        private synchronized void take(int count) {
            counted += count;
            if (held.addAndGet(count) > budget) {
                throw new ProblemException(Problem.of(
                                ProblemCode.QUEUE_FULL, "Too many request bodies arrive at once; send it again later.")
                        .retryAfter(Duration.ofSeconds(1)));
            }
        }

        public byte[] bytes() {
            return bytes.toByteArray();
        }

        public synchronized void release() {
            if (!released) {
                released = true;
                held.addAndGet(-counted);
                bytes.reset();
            }
        }
    }
}
