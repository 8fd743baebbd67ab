// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Has what documents mean found out, one document after the other, in batches of passages. One that can't be had is found by its words
 * alone, and tried again when its key asks something after a while. Safe for use by many threads.
 */
final class Ingestion implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Ingestion.class);
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 10_000;

    private final Shelf shelf;
    private final Embeddings embeddings;
    private final MeaningStore meanings;
    private final Supplier<Answering> models;
    private final Budgets budgets;
    private final DocumentsProperties limits;
    private final LongSupplier nanos;
    private final Sinks.Many<Work> queue;
    private final Cache<String, State> states = Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(FORGOTTEN)
            .executor(Runnable::run)
            .build();
    private final Disposable running;

    private record Work(Caller caller, String tenant, Document document) {}

    /**
     * How far one has come.
     *
     * @param embedded passages
     * @param failure why it ended without; empty while it goes on
     */
    record State(int embedded, String failure) {

        boolean goesOn() {
            return failure.isEmpty();
        }
    }

    /**
     * @param models whoever answers for the model
     * @param disk where files are read and written
     */
    Ingestion(
            Shelf shelf,
            Embeddings embeddings,
            MeaningStore meanings,
            Supplier<Answering> models,
            Budgets budgets,
            DocumentsProperties limits,
            Scheduler disk,
            LongSupplier nanos) {
        this.shelf = shelf;
        this.embeddings = embeddings;
        this.meanings = meanings;
        this.models = models;
        this.budgets = budgets;
        this.limits = limits;
        this.nanos = nanos;
        this.queue = Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(limits.waiting()));
        this.running = queue.asFlux()
                .publishOn(disk, 1)
                .concatMap(work -> Mono.defer(() -> done(work)).subscribeOn(disk), 1)
                .subscribe();
    }

    /** How far a document has come; as far as this gateway remembers. */
    State state(String id) {
        State state = states.getIfPresent(id);
        return state == null ? new State(0, "waits") : state;
    }

    /** Begins with a document, unless it has begun or failed a while ago. */
    synchronized void begin(Caller caller, String tenant, Document document) {
        if (states.getIfPresent(document.id()) != null) {
            return;
        }
        boolean taken = queue.tryEmitNext(new Work(caller, tenant, document)).isSuccess();
        states.put(document.id(), new State(0, taken ? "" : "queue_full"));
    }

    private Mono<Void> done(Work work) {
        Document document = work.document();
        try {
            if (!meanings.known(work.tenant(), embeddings.model(), List.of(document))
                    .isEmpty()) {
                return Mono.empty();
            }
        } catch (ProblemException away) {
            return failed(document, 0, away);
        }
        List<List<String>> batches = new ArrayList<>();
        for (int at = 0; at < document.passages().size(); at += limits.batch()) {
            batches.add(
                    document.passages().subList(at, Math.min(document.passages().size(), at + limits.batch())));
        }
        List<float[]> rows = new ArrayList<>();
        return Flux.fromIterable(batches)
                .concatMap(batch -> embedded(work.caller(), document, batch), 1)
                .doOnNext(vectors -> {
                    rows.addAll(vectors);
                    states.put(document.id(), new State(rows.size(), ""));
                })
                .then(Mono.fromRunnable(() -> {
                    keep(work, new Vectors(embeddings.model(), rows));
                    states.invalidate(document.id());
                }))
                .onErrorResume(Exception.class, failure -> failed(document, rows.size(), failure))
                .then();
    }

    private void keep(Work work, Vectors vectors) {
        meanings.keep(work.tenant(), work.document(), vectors);
        if (!shelf.holds(work.tenant(), work.document())) {
            // It was deleted meanwhile.
            meanings.delete(work.tenant(), work.document().id());
        }
    }

    private Mono<List<float[]>> embedded(Caller caller, Document document, List<String> batch) {
        return Mono.defer(() -> {
            Passage passage = new Passage(document.id(), nanos);
            passage.caller(caller);
            passage.model(embeddings.model());
            Reservation reservation =
                    budgets.reserve(caller, Embeddings.tokens(batch)).granted((name, value) -> {});
            return embeddings
                    .of(batch, passage, models.get())
                    .timeout(limits.batchPatience())
                    .doFinally(signal -> reservation.settle(passage.settle(reservation::late)));
        });
    }

    private Mono<Void> failed(Document document, int embedded, Exception failure) {
        String why = failure instanceof ProblemException problem
                ? problem.problem().code().name().toLowerCase(Locale.ROOT)
                : "failed";
        log.warn("Document {} is found by its words alone: {}", document.id(), failure.toString());
        states.put(document.id(), new State(embedded, why));
        return Mono.empty();
    }

    @Override
    public void close() {
        running.dispose();
    }
}
