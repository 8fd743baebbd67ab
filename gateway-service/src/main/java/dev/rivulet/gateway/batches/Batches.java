// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.batches.Batch.Status;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.StoredFile;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Makes batches, runs a few of them at once in the order they came, and goes on with them after a restart. */
public final class Batches implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Batches.class);
    private static final Duration COME_AGAIN = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofHours(24);

    private final BatchStore store;
    private final FileStore files;
    private final Jobs jobs;
    private final BatchesProperties limits;
    private final Function<String, BatchRun> runs;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final Queue<String> waiting = new ArrayDeque<>();
    private final Set<String> running = new HashSet<>();
    private final Disposable.Composite subscriptions = Disposables.composite();
    private volatile boolean started;

    Batches(
            BatchStore store,
            FileStore files,
            Jobs jobs,
            BatchesProperties limits,
            Function<String, BatchRun> runs,
            Clock clock,
            Supplier<UUID> ids) {
        this.store = store;
        this.files = files;
        this.jobs = jobs;
        this.limits = limits;
        this.runs = runs;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Makes a batch. Blocking.
     *
     * @throws ProblemException where the file is not there or not meant for batches, or too many batches run
     */
    public Batch create(Caller caller, String endpoint, String inputFile, Map<String, String> metadata) {
        String tenant = caller.name();
        StoredFile file = files.find(tenant, inputFile)
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        "input_file_id",
                        "There is no file '" + Shown.text(inputFile) + "'. Upload it to /v1/files first.")));
        if (!file.purpose().equals("batch")) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, "input_file_id", "The file was not uploaded with the purpose 'batch'."));
        }
        if (store.of(tenant).stream().filter(batch -> !batch.status().isEnd()).count() >= limits.mostPerKey()) {
            throw new ProblemException(
                    Problem.of(ProblemCode.QUEUE_FULL, "This API key has as many batches as may run and wait.")
                            .retryAfter(COME_AGAIN));
        }
        long now = clock.instant().getEpochSecond();
        Batch batch = new Batch(
                "batch_" + ids.get().toString().replace("-", ""),
                tenant,
                endpoint,
                inputFile,
                Status.VALIDATING,
                Map.of("created_at", now, "expires_at", now + WINDOW.toSeconds()),
                null,
                null,
                List.of(),
                new Batch.Counts(0, 0, 0),
                metadata,
                caller.limits());
        store.put(batch);
        enqueue(batch.id());
        return batch;
    }

    /** The batch with this id, if it is of this key. */
    public Batch require(String tenant, String id) {
        return store.find(tenant, id)
                .orElseThrow(() -> new ProblemException(
                        Problem.of(ProblemCode.NOT_FOUND, "There is no batch '" + Shown.text(id) + "'.")));
    }

    /** Batches of a key, newest first. */
    public List<Batch> of(String tenant) {
        return store.of(tenant);
    }

    /**
     * Asks to cancel a batch: what has not begun never will, what runs is cancelled, what is done stays. Blocking.
     *
     * @throws ProblemException with {@code conflict} where it has ended
     */
    public Batch cancel(String tenant, String id) {
        Batch batch = store.change(require(tenant, id).id(), current -> {
            if (current.status().isEnd()) {
                throw new ProblemException(Problem.of(
                        ProblemCode.CONFLICT,
                        "The batch has ended: it is " + current.status().name().toLowerCase(java.util.Locale.ROOT)
                                + "."));
            }
            return current.status() == Status.VALIDATING || current.status() == Status.IN_PROGRESS
                    ? current.now(Status.CANCELLING, clock.instant().getEpochSecond())
                    : current;
        });
        if (batch.status() == Status.CANCELLING) {
            subscriptions.add(Flux.defer(() -> Flux.fromIterable(jobs.of(tenant)))
                    .filter(job -> job.result() == null && job.id().startsWith(id + "_"))
                    .map(Job::id)
                    .flatMap(job -> jobs.cancel(tenant, job), limits.atOnce())
                    .then()
                    .retryWhen(Retry.fixedDelay(10, limits.retry()))
                    .subscribe(null, failure -> log.warn("Jobs of batch {} could not be cancelled", id, failure)));
        }
        return batch;
    }

    private void enqueue(String id) {
        synchronized (waiting) {
            waiting.add(id);
        }
        next();
    }

    private void next() {
        @Nullable String id;
        synchronized (waiting) {
            id = started && running.size() < limits.mostRunning() ? waiting.poll() : null;
            if (id == null || !running.add(id)) {
                return;
            }
        }
        String one = id;
        subscriptions.add(Mono.defer(() -> runs.apply(one).run())
                .doOnError(failure -> log.error("Batch {} broke off and goes on in a moment", one, failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, COME_AGAIN))
                .doFinally(signal -> ended(one))
                .subscribe(null, failure -> log.error("Batch {} was given up", one, failure)));
    }

    private void ended(String id) {
        synchronized (waiting) {
            running.remove(id);
        }
        next();
    }

    /** Goes on with what had not ended. */
    @Override
    public void start() {
        started = true;
        store.load().forEach(batch -> enqueue(batch.id()));
    }

    @Override
    public void stop() {
        started = false;
        subscriptions.dispose();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
