// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.batches.Batch.Status;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.StoredFile;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobRequest;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;
import tools.jackson.databind.json.JsonMapper;

/**
 * One batch from its check to its files. Every line is a job whose id is the batch's and the line's, so that a batch that goes on
 * after a restart finds the jobs that are there, and runs no line twice.
 */
final class BatchRun {

    private static final Duration LONGEST_JOB = Duration.ofHours(24);

    private final BatchStore store;
    private final FileStore files;
    private final Jobs jobs;
    private final Budgets budgets;
    private final BatchInput input;
    private final BatchesProperties limits;
    private final JsonMapper json;
    private final Clock clock;
    private final Scheduler disk;
    private final String id;

    BatchRun(
            String id,
            BatchStore store,
            FileStore files,
            Jobs jobs,
            Budgets budgets,
            BatchInput input,
            BatchesProperties limits,
            JsonMapper json,
            Clock clock,
            Scheduler disk) {
        this.id = id;
        this.store = store;
        this.files = files;
        this.jobs = jobs;
        this.budgets = budgets;
        this.input = input;
        this.limits = limits;
        this.json = json;
        this.clock = clock;
        this.disk = disk;
    }

    /** Completes when the batch has ended; fails where this gateway could not go on, and the batch stays as it is. */
    Mono<Void> run() {
        return Mono.fromCallable(this::check)
                .subscribeOn(disk)
                .filter(Boolean::booleanValue)
                .flatMap(good -> Mono.usingWhen(
                        Mono.fromCallable(() -> new BatchOutput(json, id, files.folder(batch().tenant()))),
                        this::lines,
                        output -> Mono.fromRunnable(() -> close(output)).subscribeOn(disk)));
    }

    private Batch batch() {
        return store.get(id);
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    /** Whether the batch has lines to run. */
    private boolean check() throws IOException {
        Batch batch = batch();
        if (batch.status() != Status.VALIDATING) {
            return true;
        }
        var file = files.find(batch.tenant(), batch.inputFile());
        BatchInput.Check check = file.isEmpty()
                ? new BatchInput.Check(
                        0, List.of(new Batch.LineError("file_not_found", "The input file is gone.", null, null)))
                : input.check(files.bytes(batch.tenant(), file.get()), batch.endpoint());
        store.change(id, current -> {
            if (!check.errors().isEmpty()) {
                return current.refused(check.errors()).now(Status.FAILED, now());
            }
            Batch counted = current.counted(new Batch.Counts(check.lines(), 0, 0));
            return current.status() == Status.CANCELLING ? counted : counted.now(Status.IN_PROGRESS, now());
        });
        return check.errors().isEmpty();
    }

    private Mono<Void> lines(BatchOutput output) {
        Batch batch = batch();
        StoredFile file = files.require(batch.tenant(), batch.inputFile());
        int[] number = {0};
        return Flux.using(() -> open(files.bytes(batch.tenant(), file)), Flux::fromStream, Stream::close)
                .publishOn(disk, limits.atOnce())
                .map(text -> input.read(text, ++number[0], batch.endpoint()))
                .filter(line -> !output.has(line.customId()))
                .flatMap(line -> ended(line).publishOn(disk), limits.atOnce(), 1)
                .concatMap(done -> Mono.fromRunnable(() -> add(output, done)).subscribeOn(disk), 1)
                .then(Mono.<Void>fromRunnable(() -> finish(output)).subscribeOn(disk));
    }

    private static Stream<String> open(Path path) {
        try {
            return Files.lines(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What became of a line: a result, or a code and a message. */
    private record Done(BatchInput.Line line, Job.@Nullable Result result, String code, String message) {}

    private Mono<Done> ended(BatchInput.Line line) {
        return Mono.defer(() -> {
                    Batch batch = batch();
                    long left = batch.expiresAt() - now();
                    if (left <= 0) {
                        return Mono.just(new Done(line, null, "batch_expired", "not begun in time"));
                    }
                    if (batch.status() == Status.CANCELLING
                            && jobs.find(batch.tenant(), job(line)).isEmpty()) {
                        return Mono.just(new Done(line, null, "batch_cancelled", "cancelled before it began"));
                    }
                    return submitted(line, batch, Duration.ofSeconds(left));
                })
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, limits.retry()).filter(BatchRun::mayComeLater))
                .onErrorResume(
                        ProblemException.class,
                        refused -> Mono.just(new Done(
                                line,
                                null,
                                refused.problem().code().wire(),
                                "refused: " + refused.problem().message())));
    }

    private static boolean mayComeLater(Throwable failure) {
        return failure instanceof ProblemException problem
                && problem.problem().code().category() != ProblemCategory.CALLER;
    }

    private Mono<Done> submitted(BatchInput.Line line, Batch batch, Duration left) {
        JobRequest request = new JobRequest(
                job(line),
                batch.tenant(),
                batch.caller().priority().wire(),
                batch.endpoint(),
                line.envelope().model(),
                "",
                false,
                line.body(),
                left.compareTo(LONGEST_JOB) < 0 ? left : LONGEST_JOB);
        Reservation reservation =
                budgets.reserve(batch.caller(), line.envelope().tokens()).granted((name, value) -> {});
        return jobs.submit(request, reservation::settle)
                .flatMap(submitted -> batch().status() == Status.CANCELLING
                        ? jobs.cancel(batch.tenant(), request.id())
                        : Mono.just(submitted.job()))
                .flatMap(job -> jobs.end(batch.tenant(), job.id()))
                .map(job -> new Done(line, job.result(), "", ""));
    }

    private String job(BatchInput.Line line) {
        return id + "_" + line.number();
    }

    private void add(BatchOutput output, Done done) {
        try {
            if (done.result() != null) {
                output.add(done.line(), done.result());
            } else {
                output.add(done.line(), done.code(), done.message());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store.counted(id, output.counts(batch().counts().total()));
    }

    private void finish(BatchOutput output) {
        boolean cancelled = batch().status() == Status.CANCELLING;
        boolean late = now() >= batch().expiresAt();
        if (!cancelled) {
            store.change(id, batch -> batch.now(Status.FINALIZING, now()));
        }
        close(output);
        String good = file(output.successes(), "_output.jsonl");
        String bad = file(output.failures(), "_error.jsonl");
        Status end = cancelled ? Status.CANCELLED : late ? Status.EXPIRED : Status.COMPLETED;
        store.change(id, batch -> batch.written(good, bad).now(end, now()));
    }

    private @Nullable String file(@Nullable Path written, String suffix) {
        if (written == null) {
            return null;
        }
        Batch batch = batch();
        return files.keep(batch.tenant(), written, batch.id() + suffix, "batch_output")
                .id();
    }

    private static void close(BatchOutput output) {
        try {
            output.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
