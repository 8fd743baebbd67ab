// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.BodyForm;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.relay.TraceHeaders.Traced;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.server.HttpServerRequest;

/** Takes one request for a model from its body to the end of its answer. */
final class CompletionHandler {

    private static final int SMALL_BODY = 65_536;

    private final RelayProperties limits;
    private final Envelope.Reader envelopes;
    private final BodyBudget budget;
    private final Entrance entrance;
    private final ReplicaCaller replicas;
    private final Answering answering;
    private final List<Aliases> aliases;
    private final List<BodyForm> forms;
    private final AnswerWriter answers;
    private final Translating translating;
    private final ErrorBodies errors;
    private final TraceHeaders traces;
    private final Scheduler parsing;
    private final LongSupplier nanos;

    /**
     * @param replicas asked whether the model is there before a place is taken for the request
     * @param answering all steps to a replica
     * @param aliases names that a step takes although no replica has them
     * @param forms forms of bodies beside JSON
     * @param parsing where bodies too large for an event loop are checked
     */
    CompletionHandler(
            RelayProperties limits,
            BodyBudget budget,
            Entrance entrance,
            ReplicaCaller replicas,
            Answering answering,
            List<Aliases> aliases,
            List<BodyForm> forms,
            AnswerWriter answers,
            ErrorBodies errors,
            TraceHeaders traces,
            Scheduler parsing,
            LongSupplier nanos) {
        this.limits = limits;
        this.envelopes = new Envelope.Reader(limits.maxDepth(), limits.maxBody().toBytes());
        this.budget = budget;
        this.entrance = entrance;
        this.replicas = replicas;
        this.answering = answering;
        this.aliases = List.copyOf(aliases);
        this.forms = List.copyOf(forms);
        this.answers = answers;
        this.translating = new Translating(errors, limits.maxAnswer().toBytes());
        this.errors = errors;
        this.traces = traces;
        this.parsing = parsing;
        this.nanos = nanos;
    }

    /** @param path where a replica is asked */
    Mono<Void> handle(ServerWebExchange exchange, String path) {
        Passage passage = Passage.of(exchange);
        passage.asks();
        Optional<BodyForm> form = form(path, exchange.getRequest().getHeaders());
        TimeAllowed.of(exchange.getRequest().getHeaders()).ifPresent(passage::allowed);
        CallerHints.read(exchange.getRequest().getHeaders(), passage);
        BodyCollector body = collect(exchange);
        return TimeAllowed.within(body.body(), passage)
                .timeout(limits.bodyTimeout(), Mono.error(CompletionHandler::bodyTooSlow))
                .flatMap(bytes -> form.map(one -> one.take(exchange.getRequest(), bytes))
                        .orElseGet(() -> Mono.just(new BodyForm.Taken(bytes, OptionalLong.empty()))))
                .flatMap(taken -> read(taken, passage))
                .flatMap(read -> {
                    passage.ended("ingress");
                    Ask ask = new Ask(path, read.envelope(), read.body(), Map.of(), passage);
                    if (aliases.stream()
                            .noneMatch(all -> all.find(read.envelope().model()).isPresent())) {
                        replicas.requireReady(ask);
                    }
                    passage.model(read.envelope().model());
                    return entrance.admit(exchange, ask, () -> traced(exchange, ask));
                })
                .doFinally(signal -> body.release());
    }

    private record Read(Envelope envelope, byte[] body) {}

    private Mono<Read> read(BodyForm.Taken taken, Passage passage) {
        return read(taken.json(), passage)
                .map(read -> taken.tokens().isEmpty()
                        ? read
                        : new Read(read.envelope().counting(taken.tokens().getAsLong()), read.body()));
    }

    private Mono<Read> read(byte[] body, Passage passage) {
        Mono<Read> reading = Mono.fromCallable(() -> chat(new Read(envelopes.read(body), body), passage));
        return body.length <= SMALL_BODY ? reading : reading.subscribeOn(parsing);
    }

    private Read chat(Read read, Passage passage) {
        return passage.dialect()
                .map(dialect -> dialect.request(read.body()))
                .map(body -> new Read(envelopes.read(body), body))
                .orElse(read);
    }

    private Mono<Answer> answer(Ask ask) {
        Mono<Answer> answer = answering.answer(ask);
        return ask.passage()
                .dialect()
                .map(dialect -> answer.flatMap(
                        one -> translating.into(dialect, one, ask.passage().id())))
                .orElse(answer);
    }

    private Mono<Void> traced(ServerWebExchange exchange, Ask untraced) {
        return Mono.deferContextual(context -> {
            Traced traced = traces.begin(context, exchange.getRequest().getHeaders(), untraced.passage());
            Ask ask = untraced.traced(traced.headers());
            Mono<Void> answer = ask.envelope().stream() ? streamed(exchange, ask) : whole(exchange, ask);
            return answer.doFinally(signal -> traced.ended(ask.passage()));
        });
    }

    private Mono<Void> streamed(ServerWebExchange exchange, Ask ask) {
        ask.passage().streamed();
        SseRelay relay = new SseRelay(
                Outlet.of(channel(exchange.getRequest())), answer(ask), ask.passage(), limits, errors, nanos);
        return relay.opening()
                .flatMap(opening -> {
                    ask.passage().ended("route");
                    return switch (opening) {
                        case Opening.Events events -> answers.events(exchange, relay);
                        case Opening.Whole other ->
                            answers.read(other.answer(), ask.passage(), true)
                                    .timeout(limits.idleTimeout())
                                    .flatMap(error -> answers.write(exchange, error));
                    };
                })
                .doFinally(signal -> relay.close());
    }

    /** The time runs out before anything is written, or not at all: two answers must never race for one response. */
    private Mono<Void> whole(ServerWebExchange exchange, Ask ask) {
        return answer(ask)
                .flatMap(answer -> {
                    ask.passage().ended("route");
                    ask.passage().firstByte();
                    return answers.read(answer, ask.passage(), false);
                })
                .timeout(limits.answerTimeout())
                .flatMap(answer -> answers.write(exchange, answer));
    }

    private BodyCollector collect(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        long limit = limits.maxBody().toBytes();
        if (request.getHeaders().getContentLength() > limit) {
            throw new ProblemException(BodyCollector.tooLarge(limit));
        }
        BodyCollector collector = BodyCollector.collecting(limit, budget);
        exchange.getAttributes().put(BodyCollector.ATTRIBUTE, collector);
        request.getBody().subscribe(collector);
        return collector;
    }

    /** The form of a body that is no JSON; empty where it is. */
    private Optional<BodyForm> form(String path, HttpHeaders headers) {
        MediaType type;
        try {
            type = headers.getContentType();
        } catch (org.springframework.http.InvalidMediaTypeException e) {
            type = null;
        }
        requirePlain(headers);
        MediaType given = type == null ? MediaType.ALL : type;
        Optional<BodyForm> form = type == null
                ? Optional.empty()
                : forms.stream().filter(one -> one.takes(path, given)).findFirst();
        if (form.isEmpty() && (type == null || !type.isCompatibleWith(MediaType.APPLICATION_JSON))) {
            throw new ProblemException(Problem.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Send the body as JSON with 'Content-Type: application/json'."));
        }
        return form;
    }

    private static void requirePlain(HttpHeaders headers) {
        String encoding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(Problem.of(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without a Content-Encoding."));
        }
    }

    private static Channel channel(ServerHttpRequest request) {
        AtomicReference<Channel> channel = new AtomicReference<>();
        HttpServerRequest nettys = ServerHttpRequestDecorator.getNativeRequest(request);
        nettys.withConnection(connection -> channel.set(connection.channel()));
        return channel.get();
    }

    private static ProblemException bodyTooSlow() {
        return new ProblemException(Problem.of(
                ProblemCode.DEADLINE_EXCEEDED, "The body did not arrive in time. Send it faster, or shorter."));
    }
}
