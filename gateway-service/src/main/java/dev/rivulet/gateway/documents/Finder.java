// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.identity.Caller;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Finds passages of a key's documents: by their words, and, where a model of embeddings is set, by what they mean as well. Without the
 * model's answer the words alone count. Safe for use by many threads.
 */
public final class Finder {

    private static final Logger log = LoggerFactory.getLogger(Finder.class);
    /** Of reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009). */
    private static final double RANK = 60;

    /** Documents without vectors are begun with again after this. */
    private static final Duration AGAIN = Duration.ofMinutes(5);

    private static final int MOST_LOOKED = 10_000;

    private final Shelf shelf;
    private final MeaningStore meanings;
    private final Embeddings embeddings;
    private final QuestionVectors questions;
    private final Ingestion ingestion;
    private final DocumentsProperties limits;
    private final Scheduler disk;
    private final Cache<Key, Boolean> looked;

    /** What is missing is looked for when a document has come or gone, or its vectors have. */
    private record Key(String tenant, long changes) {}

    Finder(
            Shelf shelf,
            MeaningStore meanings,
            Embeddings embeddings,
            QuestionVectors questions,
            Ingestion ingestion,
            DocumentsProperties limits,
            Scheduler disk) {
        this.shelf = shelf;
        this.meanings = meanings;
        this.embeddings = embeddings;
        this.questions = questions;
        this.ingestion = ingestion;
        this.limits = limits;
        this.disk = disk;
        this.looked = Caffeine.newBuilder()
                .maximumSize(MOST_LOOKED)
                .expireAfterWrite(AGAIN)
                .executor(Runnable::run)
                .build();
    }

    /** Another one whenever what may be found is another; empty where other gateways change it unseen. */
    public Optional<String> state() {
        return meanings.isShared() ? Optional.empty() : Optional.of("documents " + shelf.changes());
    }

    /**
     * The passages that fit best, none where nothing fits.
     *
     * @param ask for which it is found
     * @param models whoever answers for the model of embeddings
     */
    public Mono<Found> find(Ask ask, Answering models, String question, int most) {
        Mono<List<Excerpt>> words = Mono.fromCallable(
                        () -> shelf.search(ask.passage().caller(), question, most))
                .subscribeOn(disk);
        return embeddings.model().isEmpty()
                ? words.map(found -> new Found(found, false))
                : Mono.zip(
                        words,
                        byMeaning(ask, models, question, most),
                        (one, other) -> new Found(merged(one, other.passages(), most), other.wordsAlone()));
    }

    private Mono<Found> byMeaning(Ask ask, Answering models, String question, int most) {
        return asked(() -> isThere(ask.passage().identity()))
                .filter(there -> there)
                .flatMap(there -> questions.of(question, ask.passage(), models))
                .flatMap(vector -> asked(() -> meanings.search(
                        ask.passage().caller(), embeddings.model(), vector, most, limits.leastLikeness())))
                .map(found -> new Found(found, false))
                .onErrorResume(Exception.class, failure -> {
                    log.warn("A question is answered by the words of documents alone: {}", failure.toString());
                    return Mono.just(new Found(List.of(), true));
                })
                .defaultIfEmpty(new Found(List.of(), false));
    }

    private <T> Mono<T> asked(Callable<T> work) {
        return Mono.fromCallable(work).subscribeOn(disk).timeout(limits.patience());
    }

    /** Whether anything is known now; what is not yet is begun with. */
    private boolean isThere(Caller caller) {
        String tenant = caller.name();
        var unused = looked.get(new Key(tenant, shelf.changes()), key -> {
            List<Document> documents = shelf.list(tenant);
            Set<String> known = meanings.known(tenant, embeddings.model(), documents);
            documents.stream()
                    .filter(document -> !known.contains(document.id()))
                    .forEach(document -> ingestion.begin(caller, tenant, document));
            return true;
        });
        return !meanings.isEmpty(tenant, embeddings.model());
    }

    /** Each by its places in both lists. */
    static List<Excerpt> merged(List<Excerpt> words, List<Excerpt> meaning, int most) {
        Map<List<String>, Excerpt> all = new LinkedHashMap<>();
        for (List<Excerpt> found : List.of(words, meaning)) {
            for (int rank = 0; rank < found.size(); rank++) {
                Excerpt one = found.get(rank);
                double score = 1 / (RANK + rank);
                all.merge(
                        List.of(one.document(), one.text()),
                        new Excerpt(one.document(), one.text(), score),
                        (before, again) -> new Excerpt(before.document(), before.text(), before.score() + score));
            }
        }
        return all.values().stream()
                .sorted(Comparator.comparingDouble(Excerpt::score).reversed())
                .limit(most)
                .toList();
    }
}
