package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.policy.Policies.Policy;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Filters what is handed over to be answered later. The answers of such requests pass no filter, so a key whose policy filters answers
 * can't hand any over.
 */
final class JobScreening implements Screening {

    private final Supplier<Policies> policies;
    private final RequestFilter requests;
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
        if (!policy.output().isNone() && PolicyStep.writes(path)) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.CONTENT_POLICY_VIOLATION,
                    "The policy of this API key filters answers, and those of jobs, batches and resumable streams are not "
                            + "filtered. Send the request to " + path + " itself, without x-rivulet-resumable.")));
        }
        if (policy.input().isNone()) {
            return Mono.just(body);
        }
        Passage passage = new Passage(id, nanos);
        passage.caller(new Caller(caller, Set.of(), Caller.Priority.LOW));
        passage.model(model);
        Register register = new Register(passage, policy.name(), audit, meters);
        Findings findings = register.of(Direction.INPUT);
        Judging judging = new Judging(json, new Classification(json, models, passage, nanos), findings);
        return work.run(body.length, () -> requests.filter(path, body, policy, findings))
                .flatMap(shown -> judging.request(policy.input().judges(), path, shown));
    }
}
