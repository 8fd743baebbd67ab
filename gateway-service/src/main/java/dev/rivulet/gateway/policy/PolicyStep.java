package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.identity.Audit;
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
            MeterRegistry meters) {
        this.policies = policies;
        this.json = json;
        this.maxAnswer = maxAnswer;
        this.requests = requests;
        this.answers = new AnswerFilter(json);
        this.audit = audit;
        this.meters = meters;
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
        Register register = new Register(ask.passage(), policy.name(), audit, meters);
        return asked(ask, policy, register)
                .flatMap(next::answer)
                .flatMap(answer -> answered(ask, answer, policy, register));
    }

    private Mono<Ask> asked(Ask ask, Policy policy, Register register) {
        if (policy.input().isEmpty()) {
            return Mono.just(ask);
        }
        return work.run(
                        ask.body().length,
                        () -> requests.filter(ask.path(), ask.body(), policy, register.of(Direction.INPUT)))
                .map(body -> body == ask.body() ? ask : ask.with(ask.path(), ask.envelope(), body));
    }

    private Mono<Answer> answered(Ask ask, Answer answer, Policy policy, Register register) {
        List<Rule> rules = policy.output();
        if (rules.isEmpty() || !writes(ask.path())) {
            return Mono.just(answer);
        }
        if (answer.isStream()) {
            return Mono.just(answer.with(events(answer, rules, register)));
        }
        if (answer.status() != 200 || !answer.isJson()) {
            return Mono.just(answer);
        }
        return answer.bytes(maxAnswer.getAsLong())
                .switchIfEmpty(Mono.error(() -> new ProblemException(Problem.of(
                        ProblemCode.REPLICA_LOST, "The answer is larger than the policy of this gateway reads."))))
                .flatMap(body ->
                        work.run(body.length, () -> answers.filter(body, rules, register.of(Direction.OUTPUT))))
                .map(body -> answer.with(Flux.just(Unpooled.wrappedBuffer(body))));
    }

    private Flux<ByteBuf> events(Answer answer, List<Rule> rules, Register register) {
        return Flux.defer(() -> {
            StreamFilter filter = new StreamFilter(json, rules, register.of(Direction.OUTPUT), register::told);
            return SseEvents.of(answer.body())
                    .concatMapIterable(filter::accept, 1)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(filter.rest())))
                    .onErrorResume(failure -> Flux.fromIterable(filter.rest()).concatWith(Flux.error(failure)))
                    .map(SseEvents::bytes);
        });
    }

    /** Whether what models answer there are texts of their own. */
    static boolean writes(String path) {
        return path.equals(Endpoint.CHAT.path()) || path.equals(Endpoint.TEXT.path());
    }
}
