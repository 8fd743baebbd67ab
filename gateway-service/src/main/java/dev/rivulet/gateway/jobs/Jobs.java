// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.gateway.exchange.TokenMeter;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.Inquiry;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Submits jobs, tells how they are, and cancels them. Nobody sees or touches a job of another key. */
public final class Jobs {

    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final JobStore store;
    private final JobChannel channel;
    private final Screening screening;
    private final Predicate<String> ours;
    private final Routes routes;
    private final JobsProperties limits;
    private final Clock clock;
    private final Scheduler readers;

    /**
     * @param screening what requests pass before they are handed over
     * @param ours whether a step of the gateways answers for a model of this name
     * @param readers where readers of jobs are told what is new
     */
    public Jobs(
            JobStore store,
            JobChannel channel,
            Screening screening,
            Predicate<String> ours,
            Routes routes,
            JobsProperties limits,
            Clock clock,
            Scheduler readers) {
        this.store = store;
        this.channel = channel;
        this.screening = screening;
        this.ours = ours;
        this.routes = routes;
        this.limits = limits;
        this.clock = clock;
        this.readers = readers;
    }

    /** A job, and whether it was there before. */
    public record Submitted(Job job, boolean known) {}

    /**
     * Submits a job; one with a known id is the job that is there.
     *
     * @param used hears once how many tokens of prompt and answer the job took: 0 for one that was there before or could not be
     *     handed over, nothing where this gateway stops before the job ends
     * @return the job; or a {@link ProblemException}: {@code conflict} where the id belongs to another request,
     *     {@code model_not_found}, {@code invalid_value} where no replica answers such requests,
     *     {@code content_policy_violation}, {@code queue_full} or {@code broker_unavailable}
     */
    public Mono<Submitted> submit(JobRequest request, LongConsumer used) {
        return Mono.defer(() -> accepted(request))
                .doOnNext(submitted -> followed(submitted, request, used))
                .doOnError(failure -> used.accept(0));
    }

    private Mono<Submitted> accepted(JobRequest request) {
        requireLoaded();
        Optional<Job> known = store.find(request.tenant(), request.id());
        if (known.isEmpty()) {
            requireModel(request);
        } else if (known.get().digest().equals(sha256(request.body()))) {
            return Mono.just(new Submitted(known.get(), true));
        }
        return screening
                .screened(request.tenant(), request.id(), request.endpoint(), request.model(), request.body())
                .flatMap(body -> screened(request.of(body)));
    }

    private void followed(Submitted submitted, JobRequest request, LongConsumer used) {
        @Nullable JobLog log = submitted.known() ? null : store.logOf(request.id());
        if (log == null) {
            used.accept(0);
            return;
        }
        long prompt = TokenMeter.guess(request.body());
        log.account((job, told) -> used.accept(tokens(job, told, prompt)));
    }

    /** What an answer took; one that was cut off counts as far as it was told. */
    private static long tokens(Job job, List<JobPart> told, long prompt) {
        Job.@Nullable Result result = job.result();
        if (result != null && result.isAnswer()) {
            TokenMeter meter = new TokenMeter(result.isStream());
            meter.see(Unpooled.wrappedBuffer(result.body()));
            return meter.tokens(prompt);
        }
        TokenMeter meter = new TokenMeter(true);
        told.forEach(part -> meter.see(Unpooled.wrappedBuffer(part.events())));
        return told.stream().anyMatch(part -> part.events().length > 0) ? meter.tokens(prompt) : 0;
    }

    /** A job is known by what was handed over; and while this was screened the same may have come again. */
    private Mono<Submitted> screened(JobRequest request) {
        String digest = sha256(request.body());
        Optional<Job> known = store.find(request.tenant(), request.id());
        if (known.isPresent()) {
            return Mono.just(new Submitted(same(known.get(), digest), true));
        }
        requireRoom(request.tenant());
        return send(request, digest);
    }

    private Mono<Submitted> send(JobRequest request, String digest) {
        Instant now = clock.instant();
        Job job = new Job(
                request.id(),
                request.tenant(),
                request.endpoint(),
                request.model(),
                request.session(),
                digest,
                request.note(),
                now,
                now.plus(request.lifetime()),
                false,
                null,
                null);
        store.taken(job);
        return channel.submit(request, now, ours.test(request.model()))
                .onErrorMap(failure -> away("The job could not be handed over."))
                .doOnError(failure -> store.withdrawn(request.id()))
                .thenReturn(new Submitted(job, false));
    }

    /** The job with this id, if it is of this key. */
    public Optional<Job> find(String tenant, String id) {
        requireLoaded();
        return store.find(tenant, id);
    }

    /** The job with this id. @throws ProblemException with {@code not_found} where this key has none */
    public Job require(String tenant, String id) {
        return find(tenant, id)
                .orElseThrow(() -> new ProblemException(Problem.of(
                        ProblemCode.NOT_FOUND, "There is no job '" + Shown.text(id) + "', or it is kept no longer.")));
    }

    /** Jobs of a key, newest first. */
    public List<Job> of(String tenant) {
        requireLoaded();
        return store.of(tenant);
    }

    /** Asks to cancel a job; one that has ended stays as it is. The job ends when its replica says so. */
    public Mono<Job> cancel(String tenant, String id) {
        return Mono.defer(() -> {
            Job job = require(tenant, id);
            if (job.result() != null || job.cancelAsked()) {
                return Mono.just(job);
            }
            return channel.cancel(tenant, id)
                    .onErrorMap(failure -> away("The cancellation could not be handed over."))
                    .then(Mono.fromSupplier(() -> {
                        store.cancelled(id);
                        return find(tenant, id).orElse(job);
                    }));
        });
    }

    /**
     * Forgets a job, whatever becomes of it; one that runs is cancelled. Readers are told that it was cancelled.
     *
     * @return completes when that is kept for sure; or a {@link ProblemException}: {@code not_found} or
     *     {@code broker_unavailable}
     */
    public Mono<Void> forget(String tenant, String id) {
        return Mono.defer(() -> {
            require(tenant, id);
            return channel.forget(tenant, id)
                    .onErrorMap(failure -> away("The wish could not be handed over."))
                    .then(Mono.fromRunnable(() -> store.forgotten(id, clock.instant())));
        });
    }

    /** The job once it has ended; empty where it is not known any more. */
    public Mono<Job> end(String tenant, String id) {
        @Nullable JobLog log = find(tenant, id).isEmpty() ? null : store.logOf(id);
        return log == null ? Mono.empty() : log.end().publishOn(readers);
    }

    /**
     * What becomes of a job, to its end, at the pace of the reader.
     *
     * @param lastId the id of the last event that the reader has; {@code null} for none
     */
    public Flux<JobEvent> events(String tenant, String id, @Nullable String lastId) {
        Job job = require(tenant, id);
        @Nullable JobLog log = store.logOf(id);
        if (log == null || JobEvent.END.equals(lastId)) {
            return Flux.empty();
        }
        AtomicLong last = new AtomicLong(JobEvent.offset(lastId));
        boolean[] over = {false};
        Flux<JobEvent> later = Mono.defer(() -> log.after(last.get()))
                .flatMapIterable(news -> {
                    List<JobEvent> events = new ArrayList<>();
                    news.parts().forEach(part -> {
                        last.set(part.offset());
                        events.add(new JobEvent.Part(job, part));
                    });
                    if (news.end() != null) {
                        over[0] = true;
                        events.add(new JobEvent.End(news.end()));
                    }
                    return events;
                })
                .repeat(() -> !over[0])
                .publishOn(readers, 1);
        return lastId == null ? Flux.concat(Mono.just(new JobEvent.Queued(job)), later) : later;
    }

    private void requireLoaded() {
        if (!store.isLoaded()) {
            throw away("The gateway has not read yet which jobs there are.");
        }
    }

    private static ProblemException away(String what) {
        return new ProblemException(Problem.of(
                        ProblemCode.BROKER_UNAVAILABLE,
                        what + " Send this request again after the seconds in Retry-After.")
                .retryAfter(COME_AGAIN));
    }

    private static Job same(Job known, String digest) {
        if (!known.digest().equals(digest)) {
            throw new ProblemException(Problem.of(
                    ProblemCode.ALREADY_EXISTS,
                    "This Idempotency-Key belongs to job '" + known.id() + "', whose request is another one."));
        }
        return known;
    }

    private void requireModel(JobRequest request) {
        if (ours.test(request.model())) {
            return;
        }
        Choice choice = routes.look(Inquiry.later(request.model(), request.endpoint(), request.tenant()));
        String model = "'" + Shown.text(request.model()) + "'";
        if (choice instanceof Choice.Unknown) {
            throw new ProblemException(Problem.at(
                    ProblemCode.MODEL_NOT_FOUND,
                    "model",
                    "There is no model " + model + " here. GET /v1/models lists the models."));
        }
        if (choice instanceof Choice.Unable) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    "model",
                    "No replica that takes jobs answers " + request.endpoint() + " with model " + model
                            + ". Ask for it without a job."));
        }
    }

    private void requireRoom(String tenant) {
        JobStore.Active active = store.active(tenant);
        if (active.own() >= limits.mostActivePerKey() || active.all() >= limits.mostActive()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.QUEUE_FULL,
                            "As many jobs wait and run as may. Send this one again after the seconds in Retry-After.")
                    .retryAfter(COME_AGAIN));
        }
    }

    /** SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The id of the job that a key names itself. */
    public static String idOf(String tenant, String idempotencyKey) {
        return "job_"
                + sha256((tenant + "\0" + idempotencyKey).getBytes(StandardCharsets.UTF_8))
                        .substring(0, 32);
    }
}
