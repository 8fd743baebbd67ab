// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
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
        Passage.of(exchange).told().forEach(headers::set);
        headers.set(ServerTiming.HEADER, ServerTiming.of(Passage.of(exchange).stages()));
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeWith(Flux.<ByteBuf>from(relay).map(buffers::wrap));
    }

    /**
     * Reads an answer that is no stream: a success, or an error object with all four keys, which passes as it is.
     *
     * @return the answer with its body; or a {@link ProblemException} where it is nothing that a caller can be told
     */
    Mono<Whole> read(Answer answer, Passage passage, boolean streamAsked) {
        int status = answer.status();
        boolean success = status == 200 && !streamAsked;
        boolean error = status >= 400 && status <= 599 && status != 401 && status != 403;
        if (!(answer.isJson() || success && answer.isText()) || !(success || error)) {
            answer.abandon().run();
            log.atError()
                    .addKeyValue("request_id", passage.id())
                    .addKeyValue("replica", answer.replica())
                    .log("Replica {} answered with status {} what no caller can be told", answer.replica(), status);
            return Mono.error(new ProblemException(errors.unexpected(status)));
        }
        return answer.bytes(limits.maxAnswer().toBytes())
                .filter(body -> success || errors.codeOf(body).isPresent())
                .switchIfEmpty(Mono.error(() -> new ProblemException(errors.unexpected(status))))
                .map(body -> new Whole(answer, body));
    }

    /** An answer and its body. */
    record Whole(Answer answer, byte[] body) {}

    Mono<Void> write(ServerWebExchange exchange, Whole whole) {
        Passage passage = Passage.of(exchange);
        passage.ended("replica");
        Answer answer = whole.answer();
        if (answer.status() != 200) {
            passage.outcome(errors.codeOf(whole.body()).orElse("upstream_error"));
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        headers(response.getHeaders(), whole, passage);
        passage.sent(whole.body().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(whole.body())));
    }

    private static void headers(HttpHeaders headers, Whole whole, Passage passage) {
        String type = whole.answer().header(HttpHeaders.CONTENT_TYPE);
        headers.setContentType(
                whole.answer().isText() && type != null ? MediaType.parseMediaType(type) : MediaType.APPLICATION_JSON);
        headers.setContentLength(whole.body().length);
        headers.setCacheControl("no-store");
        passage.told().forEach(headers::set);
        headers.set(
                ServerTiming.HEADER,
                ServerTiming.merged(passage.stages(), whole.answer().header("server-timing")));
        String retryAfter = whole.answer().header("retry-after");
        if (retryAfter != null && retryAfter.matches("\\d{1,5}")) {
            headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
        }
    }
}
