// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.http;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.SignedHead;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.ArrivingCall;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.DeviceCall;
import dev.rivulet.federation.participants.MemoryBudget;
import dev.rivulet.federation.participants.Participants;
import dev.rivulet.federation.participants.ParticipantsSettings;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.core.MethodParameter;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Makes a {@link DeviceCall} of a request: its length and signature are judged before a byte of its body is read, then whether the
 * body is the one that was signed. What follows is on a virtual thread and may block.
 */
@Component
class SignedCalls implements HandlerMethodArgumentResolver {

    /** Bodies of those who are about to enrol: few, short and soon there, so that strangers keep no device out. */
    private static final int MOST_STRANGERS = 16;

    private static final int LONGEST_OF_STRANGERS = 4096;

    private static final Set<Class<?>> TAKEN = Set.of(DeviceCall.class, ArrivingCall.class, Received.class);

    private final Participants participants;
    private final ParticipantsSettings settings;
    private final Semaphore bodies;
    private final MemoryBudget memory;
    private final Semaphore strangers = new Semaphore(MOST_STRANGERS);
    private final Scheduler blocking;

    SignedCalls(Participants participants, ParticipantsSettings settings) {
        this.participants = participants;
        this.settings = settings;
        this.bodies = new Semaphore(settings.mostBodies());
        this.memory = settings.bodyBudget();
        Executor threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("device-", 0).factory());
        this.blocking = Schedulers.fromExecutor(threads);
    }

    /** The head and body of a request that may be signed by anybody. */
    @SuppressWarnings("ArrayRecordComponent")
    record Received(SignedHead head, String signature, byte[] body) {}

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return TAKEN.contains(parameter.getParameterType());
    }

    @Override
    public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        return Mono.defer(() -> {
            SignedHead head = head(request);
            String signature = header(request.getHeaders(), ProtocolHeaders.SIGNATURE);
            long length = length(request);
            if (parameter.getParameterType() == Received.class) {
                return ofStranger(request, head, signature, length);
            }
            String session = request.getHeaders().getFirst(ProtocolHeaders.SESSION);
            if (session != null && parameter.hasParameterAnnotation(OwnSignature.class)) {
                throw new RefusedException(RefusalCode.FORGED, "this is signed with the key of the device itself");
            }
            Mono<Device> signer = Mono.fromCallable(() -> session == null
                            ? participants.signer(head, signature)
                            : participants.signer(head, session, signature))
                    .subscribeOn(blocking);
            return parameter.getParameterType() == ArrivingCall.class
                    ? signer.map(device -> new ArrivingCall(device, length, arriving(request, head, length)))
                    : signer.flatMap(device -> call(request, device, head, length));
        });
    }

    private Mono<DeviceCall> call(ServerHttpRequest request, Device device, SignedHead head, long length) {
        return body(request, head, length, bodies, body -> new DeviceCall(device, body, head.offset()));
    }

    private ArrivingCall.Body arriving(ServerHttpRequest request, SignedHead head, long length) {
        return new ArrivingCall.Body() {
            @Override
            public <T> Mono<T> use(BiFunction<byte[], String, T> work) {
                return body(request, head, length, bodies, body -> work.apply(body, head.digest()));
            }
        };
    }

    private Mono<Received> ofStranger(ServerHttpRequest request, SignedHead head, String signature, long length) {
        return length > LONGEST_OF_STRANGERS
                ? Mono.error(new RefusedException(RefusalCode.TOO_LARGE, "an enrolment is shorter"))
                : body(request, head, length, strangers, body -> new Received(head, signature, body))
                        .timeout(settings.bodyIdle());
    }

    /** Digest and work are no matter of the thread that reads from the network. */
    private <T> Mono<T> body(
            ServerHttpRequest request, SignedHead head, long length, Semaphore places, Function<byte[], T> work) {
        if (!places.tryAcquire()) {
            return busy();
        }
        if (!memory.take(length)) {
            places.release();
            return busy();
        }
        return DataBufferUtils.join(request.getBody().timeout(settings.bodyIdle()), (int) length)
                .map(SignedCalls::bytes)
                .defaultIfEmpty(new byte[0])
                .publishOn(blocking)
                .map(body -> work.apply(checked(body, head)))
                .doFinally(_ -> {
                    memory.give(length);
                    places.release();
                });
    }

    private static <T> Mono<T> busy() {
        return Mono.error(new RefusedException(RefusalCode.BUSY, "too many bodies are being read; try again"));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static byte[] checked(byte[] body, SignedHead head) {
        if (!DeviceKeys.sha256(body).equals(head.digest())) {
            throw new RefusedException(RefusalCode.FORGED, "the body is not the one that was signed");
        }
        return body;
    }

    /** What the body may have: as much as is said, and nothing if nothing is said. */
    private long length(ServerHttpRequest request) {
        long length = request.getHeaders().getContentLength();
        if (length > settings.mostBody().toBytes()) {
            throw new RefusedException(
                    RefusalCode.TOO_LARGE,
                    "the body has " + length + " bytes, one request at most "
                            + settings.mostBody().toBytes());
        }
        return Math.max(0, length);
    }

    private static SignedHead head(ServerHttpRequest request) {
        HttpHeaders headers = request.getHeaders();
        String device = headers.getFirst(ProtocolHeaders.DEVICE);
        String offset = headers.getFirst(ProtocolHeaders.OFFSET);
        String query = request.getURI().getRawQuery();
        try {
            return new SignedHead(
                    device == null ? "" : device,
                    request.getMethod().name(),
                    request.getURI().getRawPath() + (query == null ? "" : "?" + query),
                    offset == null ? 0 : Long.parseLong(offset),
                    Long.parseLong(header(headers, ProtocolHeaders.TIMESTAMP)),
                    header(headers, ProtocolHeaders.NONCE),
                    header(headers, ProtocolHeaders.DIGEST));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "a header of the signature has not its form");
        }
    }

    private static String header(HttpHeaders headers, String name) {
        String value = headers.getFirst(name);
        if (value == null) {
            throw new RefusedException(RefusalCode.MALFORMED, "the header " + name + " is missing");
        }
        return value;
    }
}
