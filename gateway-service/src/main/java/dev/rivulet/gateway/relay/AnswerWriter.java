package dev.rivulet.gateway.relay;

import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes a replica's answer to the caller. Of the replica's headers only those named here pass. */
final class AnswerWriter {

    private static final Logger log = LoggerFactory.getLogger(AnswerWriter.class);

    private final RelayProperties limits;
    private final ErrorBodies errors;

    AnswerWriter(RelayProperties limits, ErrorBodies errors) {
        this.limits = limits;
        this.errors = errors;
    }

    Mono<Void> events(ServerWebExchange exchange, SseRelay relay) {
        ServerHttpResponse response = exchange.getResponse();
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-store");
        headers.set("X-Accel-Buffering", "no");
        headers.set(ServerTiming.HEADER, ServerTiming.of(Passage.of(exchange).stages()));
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeWith(Flux.<ByteBuf>from(relay).map(buffers::wrap));
    }

    /** An answer with status 200 to a request that does not stream. */
    Mono<Void> whole(ServerWebExchange exchange, ReplicaAnswer answer) {
        if (!isJson(answer)) {
            answer.abandon().run();
            return Mono.error(new ProblemException(errors.unexpected(answer.status())));
        }
        return answer.bytes(limits.maxAnswer().toBytes())
                .switchIfEmpty(Mono.error(() -> new ProblemException(errors.unexpected(answer.status()))))
                .flatMap(body -> write(exchange, answer, body));
    }

    /** An answer that is no success: passed on if it is an error object with all four keys. */
    Mono<Void> failure(ServerWebExchange exchange, ReplicaAnswer answer) {
        int status = answer.status();
        boolean tellable = status >= 400 && status <= 599 && status != 401 && status != 403 && isJson(answer);
        if (!tellable) {
            answer.abandon().run();
            log.atError()
                    .addKeyValue("request_id", Passage.of(exchange).id())
                    .addKeyValue("replica", answer.replica().id())
                    .log("Replica {} answered with status {}, which no caller can be told", answer.replica().id(), status);
            return Mono.error(new ProblemException(errors.unexpected(status)));
        }
        return answer.bytes(limits.maxAnswer().toBytes())
                .filter(body -> errors.codeOf(body).isPresent())
                .switchIfEmpty(Mono.error(() -> new ProblemException(errors.unexpected(status))))
                .flatMap(body -> {
                    Passage.of(exchange).outcome(errors.codeOf(body).orElse("upstream_error"));
                    return write(exchange, answer, body);
                });
    }

    private static Mono<Void> write(ServerWebExchange exchange, ReplicaAnswer answer, byte[] body) {
        Passage passage = Passage.of(exchange);
        passage.ended("replica");
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.setContentLength(body.length);
        headers.setCacheControl("no-store");
        Map<String, Long> stages = passage.stages();
        headers.set(ServerTiming.HEADER, ServerTiming.merged(stages, answer.header("server-timing")));
        String retryAfter = answer.header("retry-after");
        if (retryAfter != null && retryAfter.matches("\\d{1,5}")) {
            headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        passage.sent(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static boolean isJson(ReplicaAnswer answer) {
        String type = answer.header("content-type");
        return type != null && type.regionMatches(true, 0, "application/json", 0, 16);
    }
}
