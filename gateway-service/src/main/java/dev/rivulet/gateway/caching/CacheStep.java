// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.caching.CachingProperties.Semantic;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ModelVersion;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Step;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers what was answered before: the same request at temperature 0, or by leave of the settings one whose question means the
 * same. Never across API keys, never across versions of a model.
 */
final class CacheStep implements Step {

    /** Tells the caller: {@code hit} or {@code miss}; left out where nothing could be known. */
    static final String HEADER = "x-rivulet-cache";

    private final CachingProperties settings;
    private final QueryReader queries;
    private final Embedder embedder;
    private final Cache<String, Kept> exact;
    private final SemanticIndex meaning;
    private final Function<Ask, Optional<String>> versions;
    private final MeterRegistry meters;

    /** @param versions the version that answers a request, or has answered it; empty if nobody knows */
    CacheStep(
            CachingProperties settings,
            QueryReader queries,
            Embedder embedder,
            Function<Ask, Optional<String>> versions,
            MeterRegistry meters) {
        this.settings = settings;
        this.queries = queries;
        this.embedder = embedder;
        this.versions = versions;
        this.meters = meters;
        this.exact = Caffeine.newBuilder()
                .maximumWeight(settings.size().toBytes())
                .weigher((String key, Kept kept) -> key.length() + kept.body().length + 64)
                .expireAfterWrite(settings.keep())
                .executor(Runnable::run)
                .build();
        this.meaning = new SemanticIndex(settings.size().toBytes(), settings.keep());
    }

    @Override
    public int getOrder() {
        return Order.CACHE;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        if (settings.isOff()) {
            return next.answer(ask);
        }
        return Mono.defer(() -> versions.apply(ask)
                .flatMap(version -> queries.read(ask, version))
                .map(query -> answer(ask, next, query))
                .orElseGet(() -> next.answer(ask)));
    }

    private Mono<Answer> answer(Ask ask, Answering next, Query query) {
        String key = query.exact();
        Kept known = key == null ? null : exact.getIfPresent(key);
        if (known != null) {
            return Mono.just(hit(ask, query, known, "exact"));
        }
        Semantic semantic = settings.semantic().get(query.model());
        if (semantic == null || query.question() == null || query.rest() == null) {
            return key == null
                    ? next.answer(ask)
                    : miss(ask, next, "exact", kept -> keep(ask, query, () -> exact.put(key, kept)));
        }
        return bySense(ask, next, query, semantic, query.question(), query.rest());
    }

    private Mono<Answer> bySense(
            Ask ask, Answering next, Query query, Semantic semantic, String question, String rest) {
        return embedder.vector(ask, next, semantic.embeddings(), question).flatMap(vector -> {
            Optional<Kept> alike = vector.flatMap(one -> meaning.nearest(rest, one, semantic.threshold()));
            return alike.map(kept -> Mono.just(hit(ask, query, kept, "semantic")))
                    .orElseGet(() -> miss(ask, next, "semantic", kept -> keepBoth(ask, query, rest, vector, kept)));
        });
    }

    private void keepBoth(Ask ask, Query query, String rest, Optional<float[]> vector, Kept kept) {
        keep(ask, query, () -> {
            vector.ifPresent(one -> meaning.keep(rest, one, kept));
            @Nullable String key = query.exact();
            if (key != null) {
                exact.put(key, kept);
            }
        });
    }

    /** An answer during which the version changed may be of either, and is not kept; nor is one of another version. */
    private void keep(Ask ask, Query query, Runnable keeping) {
        if (versions.apply(ask).filter(query.version()::equals).isPresent()) {
            keeping.run();
        }
    }

    private Answer hit(Ask ask, Query query, Kept kept, String kind) {
        count(kind, "hit");
        ask.passage().tell(HEADER, "hit");
        ask.passage().replica("cache");
        ModelVersion.valid(query.version()).ifPresent(version -> ask.passage().answeredBy(query.model(), version));
        return kept.answer();
    }

    private Mono<Answer> miss(Ask ask, Answering next, String kind, Consumer<Kept> keep) {
        count(kind, "miss");
        ask.passage().tell(HEADER, "miss");
        return next.answer(ask)
                .map(answer -> Recording.of(answer, settings.maxAnswer().toBytes(), kept -> {
                    if (!ask.passage().told().containsKey(Passage.DEGRADED)
                            && !ask.passage().isFleeting()) {
                        keep.accept(kept);
                    }
                }));
    }

    private void count(String kind, String outcome) {
        meters.counter("rivulet.gateway.cache", "kind", kind, "outcome", outcome)
                .increment();
    }
}
