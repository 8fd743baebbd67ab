// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ChatChunks;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.policy.Policies.Chain;
import dev.rivulet.gateway.policy.Policies.Policy;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import tools.jackson.databind.json.JsonMapper;

/**
 * Filters what a key asks and what it is answered, by its policy. Before the cache, which therefore keeps what models said and shows
 * nobody more than his policy lets through.
 */
final class PolicyStep implements Step {

    private final Supplier<Policies> policies;
    private final JsonMapper json;
    private final LongSupplier maxAnswer;
    private final RequestFilter requests;
    private final AnswerFilter answers;
    private final Audit audit;
    private final MeterRegistry meters;
    private final OffLoop work;
    private final LongSupplier nanos;

    /**
     * @param policies those that hold now
     * @param maxAnswer bytes of an answer that is no stream, at most
     */
    PolicyStep(
            Supplier<Policies> policies,
            JsonMapper json,
            LongSupplier maxAnswer,
            RequestFilter requests,
            OffLoop work,
            Audit audit,
            MeterRegistry meters,
            LongSupplier nanos) {
        this.policies = policies;
        this.json = json;
        this.maxAnswer = maxAnswer;
        this.requests = requests;
        this.answers = new AnswerFilter(json);
        this.audit = audit;
        this.meters = meters;
        this.nanos = nanos;
        this.work = work;
    }

    @Override
    public int getOrder() {
        return Order.POLICY;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        Policy policy = policies.get().of(ask.passage().caller());
        if (policy.isNone()) {
            return next.answer(ask);
        }
        Passing passing = new Passing(
                policy,
                new Register(ask.passage(), policy.name(), audit, meters),
                new Classification(json, next, ask.passage(), nanos));
        return asked(ask, passing).flatMap(next::answer).flatMap(answer -> answered(ask, answer, passing));
    }

    /** One request on its way through. */
    private record Passing(Policy policy, Register register, Classification models) {

        Judging judging(JsonMapper json, Direction direction) {
            return new Judging(json, models, register.of(direction));
        }
    }

    private Mono<Ask> asked(Ask ask, Passing passing) {
        Policy policy = passing.policy();
        if (policy.input().isNone()) {
            return Mono.just(ask);
        }
        Findings findings = passing.register().of(Direction.INPUT);
        return work.run(ask.body().length, () -> requests.filter(ask.path(), ask.body(), policy, findings))
                .flatMap(body -> passing.judging(json, Direction.INPUT)
                        .request(policy.input().judges(), ask.path(), body))
                .map(body -> body == ask.body() ? ask : ask.with(ask.path(), ask.envelope(), body));
    }

    private Mono<Answer> answered(Ask ask, Answer answer, Passing passing) {
        Chain chain = passing.policy().output();
        // What is told of a job was filtered when it came.
        if (chain.isNone() || !writes(ask.path()) || ask.passage().isHandedOver()) {
            return Mono.just(answer);
        }
        if (answer.isStream()) {
            return Mono.just(answer.with(events(answer, chain, passing)));
        }
        if (answer.status() != 200 || !answer.isJson()) {
            return Mono.just(answer);
        }
        Findings findings = passing.register().of(Direction.OUTPUT);
        return answer.bytes(maxAnswer.getAsLong())
                .switchIfEmpty(Mono.error(() -> new ProblemException(Problem.of(
                        ProblemCode.REPLICA_LOST, "The answer is larger than the policy of this gateway reads."))))
                .flatMap(body -> work.run(body.length, () -> answers.filter(body, chain.rules(), findings)))
                .flatMap(body -> passing.judging(json, Direction.OUTPUT).answer(chain.judges(), body))
                .map(body -> answer.with(Flux.just(Unpooled.wrappedBuffer(body))));
    }

    private Flux<ByteBuf> events(Answer answer, Chain chain, Passing passing) {
        return Flux.defer(() -> {
            Findings findings = passing.register().of(Direction.OUTPUT);
            StreamFilter filter = new StreamFilter(json, chain.rules(), findings);
            Flux<String> filtered = SseEvents.each(SseEvents.of(answer.body()), filter::accept)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(filter.rest())))
                    .onErrorResume(failure -> Flux.fromIterable(filter.rest()).concatWith(Flux.error(failure)));
            return SseEvents.each(
                            judged(filtered, chain, passing.models(), findings),
                            event -> told(event, passing.register()))
                    .map(SseEvents::bytes);
        });
    }

    private Flux<String> judged(Flux<String> events, Chain chain, Classification models, Findings findings) {
        if (chain.judges().isEmpty()) {
            return events;
        }
        JudgedStream stream = new JudgedStream(json, chain.judges(), models, findings);
        // A failure takes its turn behind what came before it, which would be lost else.
        return events.materialize().concatMap(signal -> next(stream, signal), 1);
    }

    private static Flux<String> next(JudgedStream stream, Signal<String> signal) {
        String event = signal.get();
        if (event != null) {
            return stream.accept(event);
        }
        Throwable failure = signal.getThrowable();
        return failure == null ? stream.rest() : stream.rest().concatWith(Flux.error(failure));
    }

    /** Before the end of a stream comes what was found, as a comment. */
    private static List<String> told(String event, Register register) {
        return register.told()
                .filter(told -> ChatChunks.DONE.equals(SseEvents.data(event)))
                .map(told -> List.of(": " + Register.HEADER + " " + told + "\n\n", event))
                .orElse(List.of(event));
    }

    /** Whether what models answer there are texts of their own. */
    static boolean writes(String path) {
        return path.equals(Endpoint.CHAT.path()) || path.equals(Endpoint.TEXT.path());
    }
}
