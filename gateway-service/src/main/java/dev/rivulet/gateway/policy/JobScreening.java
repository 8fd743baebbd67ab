// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.policy.Policies.Policy;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Filters what is handed over to be answered later, and its answers when they come. These can't wait for a model that judges them, so a
 * key whose policy has answers judged by a classifier can't hand any over.
 */
final class JobScreening implements Screening {

    private static final Findings UNHEARD = (filter, action) -> {};

    private final Supplier<Policies> policies;
    private final RequestFilter requests;
    private final AnswerFilter answers;
    private final OffLoop work;
    private final JsonMapper json;
    private final Answering models;
    private final Audit audit;
    private final MeterRegistry meters;
    private final LongSupplier nanos;

    /** @param models are asked without passing any policy */
    JobScreening(
            Supplier<Policies> policies,
            RequestFilter requests,
            OffLoop work,
            JsonMapper json,
            Answering models,
            Audit audit,
            MeterRegistry meters,
            LongSupplier nanos) {
        this.policies = policies;
        this.requests = requests;
        this.answers = new AnswerFilter(json);
        this.work = work;
        this.json = json;
        this.models = models;
        this.audit = audit;
        this.meters = meters;
        this.nanos = nanos;
    }

    @Override
    public Mono<byte[]> screened(String caller, String id, String path, String model, byte[] body) {
        Policy policy = policies.get().of(caller);
        if (!policy.output().judges().isEmpty() && PolicyStep.writes(path)) {
            return Mono.error(
                    refused("The policy of this API key has answers judged by a classifier, which does not judge those "
                            + "of jobs, batches and resumable streams. Send the request to " + path
                            + " itself, without x-rivulet-resumable."));
        }
        if (policy.input().isNone()) {
            return Mono.just(body);
        }
        Passage passage = passage(caller, id, model);
        Findings findings = new Register(passage, policy.name(), audit, meters).of(Direction.INPUT);
        Judging judging = new Judging(json, new Classification(json, models, passage, nanos), findings);
        return work.run(body.length, () -> requests.filter(path, body, policy, findings))
                .flatMap(shown -> judging.request(policy.input().judges(), path, shown));
    }

    @Override
    public Optional<Screen> answers(String caller) {
        Policy policy = policies.get().of(caller);
        return policy.output().isNone() ? Optional.empty() : Optional.of(new Filtering(policy, caller, UNHEARD));
    }

    private Passage passage(String caller, String id, String model) {
        Passage passage = new Passage(id, nanos);
        passage.caller(new Caller(caller, Set.of(), Caller.Priority.LOW));
        passage.model(model);
        return passage;
    }

    private static ProblemException refused(String message) {
        return new ProblemException(Problem.of(ProblemCode.CONTENT_POLICY_VIOLATION, message));
    }

    /** Filters the answers to one request. */
    private final class Filtering implements Screen {

        private final Policy policy;
        private final String caller;
        private final Findings findings;

        Filtering(Policy policy, String caller, Findings findings) {
            this.policy = policy;
            this.caller = caller;
            this.findings = findings;
        }

        @Override
        public Screen heard(String id, String model) {
            Register register = new Register(passage(caller, id, model), policy.name(), audit, meters);
            return new Filtering(policy, caller, register.of(Direction.OUTPUT));
        }

        @Override
        public byte[] whole(byte[] answer) {
            if (isJudged() && speaks(answer)) {
                throw withheld();
            }
            return answers.filter(answer, policy.output().rules(), findings);
        }

        @Override
        public Dialect.Translation stream() {
            if (isJudged()) {
                throw withheld();
            }
            StreamFilter filter = new StreamFilter(json, policy.output().rules(), findings);
            return new Dialect.Translation() {
                @Override
                public List<String> event(String event) {
                    return filter.accept(event);
                }

                @Override
                public List<String> end() {
                    return filter.rest();
                }
            };
        }

        /** A policy may have changed since the request was handed over; what it would block unseen is not told. */
        private boolean isJudged() {
            return policy.output().judges().stream().anyMatch(judge -> judge.action() == Action.BLOCK);
        }
    }

    private static ProblemException withheld() {
        return refused(
                "The policy of this API key has answers judged by a classifier since this request was handed over. Send it "
                        + "again, but not as a job.");
    }

    /** Whether an answer holds texts of a model. */
    private boolean speaks(byte[] answer) {
        try {
            return json.readTree(answer).has("choices");
        } catch (JacksonException e) {
            return true;
        }
    }
}
