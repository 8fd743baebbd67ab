// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import dev.rivulet.inference.jobs.EventCutter.AnswerTooLargeException;
import dev.rivulet.inference.jobs.JobResult.Outcome;
import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs one job by the way that requests over HTTP take. What may succeed later is tried again: a full queue and a model that is
 * not there are waited for, a failure counts as an attempt. A refusal of the request is an answer and is not tried again.
 */
public final class JobRunner {

    private static final Set<Integer> BUSY = Set.of(404, 429, 503);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final int PARTS = 256;

    private final Door door;
    private final Progress progress;
    private final JobsProperties properties;
    private final JsonMapper json;
    private final Clock clock;
    private final Supplier<String> runs;

    /** @param runs new ids of runs */
    public JobRunner(
            Door door,
            Progress progress,
            JobsProperties properties,
            JsonMapper json,
            Clock clock,
            Supplier<String> runs) {
        this.door = door;
        this.progress = progress;
        this.properties = properties;
        this.json = json;
        this.clock = clock;
        this.runs = runs;
    }

    /** Runs a job; completes with its result, never with a failure. Cancelling drops its request. */
    public Mono<JobResult> run(Job job) {
        return Mono.defer(() -> {
            Instant began = clock.instant();
            Duration left = Duration.between(began, job.expiresAt());
            if (left.toMillis() < 1) {
                return Mono.just(expired(began));
            }
            return attempt(job, 1, began)
                    .timeout(left)
                    .onErrorResume(TimeoutException.class, late -> Mono.just(expired(began)))
                    .onErrorResume(failure -> Mono.just(failed(1, began, reason(failure))));
        });
    }

    private Mono<JobResult> attempt(Job job, int number, Instant began) {
        return once(job, number, began)
                .onErrorResume(BusyException.class, busy -> wait(job, number, began, busy))
                .onErrorResume(AnswerTooLargeException.class, large -> Mono.just(failed(number, began, reason(large))))
                .onErrorResume(
                        failure -> !(failure instanceof TimeoutException),
                        failure -> number < properties.attempts()
                                ? Mono.delay(backoff(number)).flatMap(tick -> attempt(job, number + 1, began))
                                : Mono.just(failed(number, began, reason(failure))));
    }

    private Mono<JobResult> wait(Job job, int number, Instant began, BusyException busy) {
        Duration waited = Duration.between(began, clock.instant());
        if (waited.compareTo(properties.busyWait()) >= 0) {
            return Mono.just(
                    busy.status == 404
                            ? answered(busy.status, JobResult.JSON, busy.body, number, began)
                            : failed(number, began, reason(busy)));
        }
        Duration wait = busy.retryAfter.compareTo(LONGEST_WAIT) < 0 ? busy.retryAfter : LONGEST_WAIT;
        return Mono.delay(wait).flatMap(tick -> attempt(job, number, began));
    }

    private Mono<JobResult> once(Job job, int number, Instant began) {
        String run = runs.get();
        Duration left = Duration.between(clock.instant(), job.expiresAt());
        progress.told(job, run, 0, new byte[0]);
        return door.ask(job, left.toMillis() < 1 ? Duration.ofMillis(1) : left).flatMap(reply -> {
            EventCutter cutter = new EventCutter(properties.maxAnswer().toBytes());
            boolean stream = reply.status() == 200 && reply.contentType().startsWith(JobResult.EVENTS);
            Mono<Void> read = stream
                    ? told(job, run, reply.body(), cutter)
                    : reply.body().doOnNext(cutter::accept).then();
            return read.then(Mono.defer(() -> result(reply, stream, cutter, number, began)));
        });
    }

    private Mono<Void> told(Job job, String run, Flux<byte[]> body, EventCutter cutter) {
        long[] sequence = {0};
        return body.bufferTimeout(PARTS, properties.progress(), true)
                .doOnNext(parts -> {
                    parts.forEach(cutter::accept);
                    byte[] events = cutter.cut();
                    if (events.length > 0) {
                        progress.told(job, run, ++sequence[0], events);
                    }
                })
                .then();
    }

    private Mono<JobResult> result(Door.Reply reply, boolean stream, EventCutter cutter, int number, Instant began) {
        if (BUSY.contains(reply.status())) {
            Duration wait = reply.retryAfter() == null ? Duration.ofSeconds(1) : reply.retryAfter();
            return Mono.error(new BusyException(reply.status(), wait, cutter.all()));
        }
        if (reply.status() >= 500) {
            return Mono.error(new IllegalStateException("the replica answered with status " + reply.status()));
        }
        if (stream && !cutter.whole()) {
            return Mono.error(new IllegalStateException("the stream ended before its time"));
        }
        String type = stream ? JobResult.EVENTS : JobResult.JSON;
        return Mono.just(answered(reply.status(), type, cutter.all(), number, began));
    }

    private JobResult answered(int status, String type, byte[] body, int attempts, Instant began) {
        Outcome outcome = status == 200 ? Outcome.COMPLETED : Outcome.FAILED;
        return new JobResult(outcome, status, type, body, attempts, began, clock.instant(), null);
    }

    private JobResult failed(int attempts, Instant began, String reason) {
        Problem problem = Problem.of(
                ProblemCode.REPLICA_LOST, "The job failed " + attempts + " times, at last because " + reason + ".");
        return new JobResult(
                Outcome.FAILED, 502, JobResult.JSON, error(problem), attempts, began, clock.instant(), reason);
    }

    /**
     * Whether a job is to be given up without being run again: it was begun so often, and each time its replica was lost.
     *
     * @param begun times that it was begun before
     */
    public Optional<JobResult> givenUp(int begun) {
        return begun < properties.attempts()
                ? Optional.empty()
                : Optional.of(failed(begun, clock.instant(), "its replica was lost each time while it ran"));
    }

    private JobResult expired(Instant began) {
        Problem problem = Problem.of(
                ProblemCode.DEADLINE_EXCEEDED, "The job was not answered in its time. Submit it again with more time.");
        return JobResult.without(Outcome.EXPIRED, error(problem), 0, began, clock.instant());
    }

    /** The result of a job that is not wanted any more. */
    public JobResult cancelled() {
        Instant now = clock.instant();
        Problem problem = Problem.of(ProblemCode.CONFLICT, "The job was cancelled.");
        return JobResult.without(Outcome.CANCELLED, error(problem), 0, now, now);
    }

    private byte[] error(Problem problem) {
        return json.writeValueAsBytes(OpenAiError.of(problem));
    }

    private Duration backoff(int number) {
        Duration wait = properties.retryWait().multipliedBy(1L << Math.min(10, number - 1));
        return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
    }

    /** Never the message of a connection's failure: it may hold addresses. */
    private static String reason(Throwable failure) {
        return switch (failure) {
            case BusyException busy -> "the model was not ready or had no room (status " + busy.status + ")";
            case AnswerTooLargeException large -> "its answer does not fit: " + large.getMessage();
            case IllegalStateException told -> String.valueOf(told.getMessage());
            default -> "the request broke off (" + failure.getClass().getSimpleName() + ")";
        };
    }

    /** The same request may be taken later. */
    private static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final transient Duration retryAfter;
        private final transient byte[] body;

        BusyException(int status, Duration retryAfter, byte[] body) {
            super("busy", null, false, false);
            this.status = status;
            this.retryAfter = retryAfter;
            this.body = body;
        }
    }
}
