// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Decides which requests may be sent to a second replica, after which time, and how many of them; counts how that went. Sends
 * nothing itself. Safe for use by many threads.
 *
 * <p>Never sent twice: what a whole generated answer is asked for, whose time says how long it is and not how slow its replica;
 * requests of low priority, which have time; and whatever is asked at no {@link Endpoint}.
 */
public final class Hedging {

    private static final int MOST_PLACES = 1_000;
    private static final Set<Endpoint> STATELESS =
            EnumSet.of(Endpoint.EMBEDDINGS, Endpoint.RERANK, Endpoint.CLASSIFY, Endpoint.COMMANDS);

    /** What became of a second attempt. */
    public enum Result {
        /** It answered. */
        WON,
        /** The first one answered, and it was dropped. */
        LOST,
        /** It failed, or had nothing to say, before either had answered. */
        FAILED,
        /** The caller left, or his time ran out. */
        CANCELLED
    }

    private record Place(String model, String path) {}

    private final HedgeProperties settings;
    private final HedgeBudget budget;
    private final LongSupplier nanos;
    private final Cache<Place, RecentTimes> times = Caffeine.newBuilder()
            .maximumSize(MOST_PLACES)
            .executor(Runnable::run)
            .build();
    private final Map<Result, Counter> results = new EnumMap<>(Result.class);
    private final Counter byBudget;
    private final Counter byReplica;

    /** @param nanos a monotonic clock */
    Hedging(HedgeProperties settings, MeterRegistry meters, LongSupplier nanos) {
        this.settings = settings;
        this.budget = new HedgeBudget(settings.budget());
        this.nanos = nanos;
        for (Result result : Result.values()) {
            results.put(
                    result,
                    Counter.builder("rivulet.gateway.hedges")
                            .description("Requests that were sent to a second replica, by what became of that")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        this.byBudget = withheld(meters, "budget");
        this.byReplica = withheld(meters, "replica");
    }

    /** Whether a request may be sent to a second replica. */
    public boolean includes(Ask ask) {
        return settings.includes(ask.envelope().model())
                && !ask.passage().isOfLowPriority()
                && Endpoint.at(ask.path())
                        .filter(endpoint -> ask.envelope().stream() || STATELESS.contains(endpoint))
                        .isPresent();
    }

    /** A request that may be sent to a second replica is sent to its first one now. */
    public Hedge begin(Ask ask) {
        budget.earn();
        Place place = new Place(ask.envelope().model(), ask.path());
        return new Hedge(times.get(place, unknown -> new RecentTimes(settings.quantile())));
    }

    /** One request that may be sent twice. */
    public final class Hedge {

        private final RecentTimes recent;
        private final long began = nanos.getAsLong();
        private final AtomicBoolean open = new AtomicBoolean();

        private Hedge(RecentTimes recent) {
            this.recent = recent;
        }

        /** After which time a second replica is to be asked; empty while too little is known to say so. */
        public Optional<Duration> delay() {
            if (settings.quantile() == 0) {
                return Optional.of(settings.delay());
            }
            OptionalLong slow = recent.quantile();
            return slow.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Duration.ofNanos(Math.max(settings.delay().toNanos(), slow.getAsLong())));
        }

        /** A second replica is about to be asked: takes that from the budget; false if nothing is left of it. */
        public boolean take() {
            boolean left = budget.take();
            if (left) {
                open.set(true);
            } else {
                byBudget.increment();
            }
            return left;
        }

        /** There is no second replica that takes it. */
        public void nobody() {
            byReplica.increment();
            if (open.getAndSet(false)) {
                budget.giveBack();
            }
        }

        /** What became of the second attempt; counts once, and only if there was one. */
        public void ended(Result result) {
            if (open.getAndSet(false)) {
                Objects.requireNonNull(results.get(result)).increment();
            }
        }

        /**
         * An answer has begun, whoever's: where the second one was faster, the first would have taken longer still, and to leave
         * it out would make the quantile smaller with every hedge.
         */
        public void answered() {
            recent.add(nanos.getAsLong() - began);
        }
    }

    private static Counter withheld(MeterRegistry meters, String by) {
        return Counter.builder("rivulet.gateway.hedges.withheld")
                .description("Requests that were due to be sent to a second replica and were not")
                .tag("by", by)
                .register(meters);
    }
}
