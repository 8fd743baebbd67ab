// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers jobs whose model is a step of the gateways, such as the assistant's graph, for the replica that has taken them from the queue
 * and tells their results. It answers nothing but what a caller has submitted and no result is known of; a caller who goes stops it.
 */
final class JobDoor implements WebHandler {

    static final String PATH = "/internal/jobs/*";

    private static final String TENANT = "x-rivulet-tenant";
    private static final String PRIORITY = "x-rivulet-priority";
    private static final int MAX_DEPTH = 64;
    private static final Duration COME_AGAIN = Duration.ofSeconds(1);

    private final Jobs jobs;
    private final Answering models;
    private final JobsProperties limits;
    private final JsonMapper json;
    private final Envelope.Reader envelopes;
    private final Semaphore places;

    /** @param models what answers a request that was screened and paid for */
    JobDoor(Jobs jobs, Answering models, JobsProperties limits, JsonMapper json) {
        this.jobs = jobs;
        this.models = models;
        this.limits = limits;
        this.json = json;
        this.envelopes = new Envelope.Reader(MAX_DEPTH, limits.maxBody().toBytes());
        this.places = new Semaphore(limits.atGateway());
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return Mono.defer(() -> {
                    if (exchange.getRequest().getMethod() != HttpMethod.POST) {
                        throw new ProblemException(
                                Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "Jobs are asked by POST."));
                    }
                    if (!places.tryAcquire()) {
                        throw new ProblemException(Problem.of(
                                        ProblemCode.QUEUE_FULL, "This gateway answers as many jobs as it may at once.")
                                .retryAfter(COME_AGAIN));
                    }
                    return answered(exchange).doFinally(signal -> places.release());
                })
                .onErrorResume(
                        ProblemException.class,
                        failure -> exchange.getResponse().isCommitted()
                                ? Mono.error(failure)
                                : write(exchange.getResponse(), failure.problem()));
    }

    private Mono<Void> answered(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        int most = Math.toIntExact(limits.maxBody().toBytes());
        return JsonBody.of(request, most, limits.bodyTimeout())
                .map(body -> ask(Passage.of(exchange), request, body))
                .flatMap(models::answer)
                .flatMap(answer -> write(exchange.getResponse(), answer));
    }

    private Ask ask(Passage passage, ServerHttpRequest request, byte[] body) {
        String path = request.getPath().value();
        String tenant = String.valueOf(request.getHeaders().getFirst(TENANT));
        Job job = jobs.require(tenant, path.substring(path.lastIndexOf('/') + 1));
        if (job.result() != null || !job.digest().equals(Jobs.sha256(body))) {
            throw new ProblemException(Problem.of(
                    ProblemCode.CONFLICT, "Job '" + job.id() + "' has ended, or its request is another one."));
        }
        passage.caller(new Caller(tenant, Set.of(Caller.INFERENCE), priority(request.getHeaders())));
        passage.model(job.model());
        passage.job(job.id());
        return new Ask(job.endpoint(), envelopes.read(body), body, Map.of(), passage);
    }

    private static Caller.Priority priority(HttpHeaders headers) {
        return Arrays.stream(Caller.Priority.values())
                .filter(one -> one.wire().equals(headers.getFirst(PRIORITY)))
                .findFirst()
                .orElse(Caller.Priority.NORMAL);
    }

    private static Mono<Void> write(ServerHttpResponse response, Answer answer) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        for (String name : new String[] {HttpHeaders.CONTENT_TYPE, HttpHeaders.RETRY_AFTER}) {
            String value = answer.header(name);
            if (value != null) {
                response.getHeaders().set(name, value);
            }
        }
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeAndFlushWith(answer.body().map(part -> Mono.just(buffers.wrap(part))));
    }

    private Mono<Void> write(ServerHttpResponse response, Problem problem) {
        response.setRawStatusCode(problem.code().status());
        response.getHeaders().set(HttpHeaders.CONTENT_TYPE, "application/json");
        problem.retryAfterSeconds()
                .ifPresent(seconds -> response.getHeaders().set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        byte[] body = json.writeValueAsBytes(OpenAiError.of(problem));
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
