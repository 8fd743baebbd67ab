package dev.rivulet.gateway.routing;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The present {@link RoutingTable}, what feeds it and what asks it. Safe for use by many threads. */
public final class Routes {

    private static final Logger log = LoggerFactory.getLogger(Routes.class);
    private static final int MOST_PROBES_AT_ONCE = 32;

    private final AtomicReference<RoutingTable> table = new AtomicReference<>(RoutingTable.empty());
    private final Map<String, Long> outstanding = new ConcurrentHashMap<>();
    private final ReplicaProbe probe;
    private final LongSupplier nanos;
    private final RandomGenerator random;

    /**
     * @param nanos a monotonic clock
     * @param random breaks ties between equally loaded replicas
     */
    Routes(ReplicaProbe probe, LongSupplier nanos, RandomGenerator random) {
        this.probe = probe;
        this.nanos = nanos;
        this.random = random;
    }

    /**
     * Picks a replica.
     *
     * @param without ids of replicas that were tried already
     */
    public Choice choose(String model, Set<String> without) {
        return table.get().choose(model, without, this::outstanding, random::nextInt);
    }

    /** The ready models by name, each with the replica that has served it longest. */
    public Map<String, Choice.Chosen> ready() {
        return table.get().ready();
    }

    /** Counts work on a replica until the lease is closed. */
    public Lease begin(Replica replica, long tokens) {
        outstanding.merge(replica.id(), tokens, Long::sum);
        AtomicBoolean open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                finish(replica.id(), tokens);
            }
        };
    }

    /** A report has come from Kafka. */
    public void reported(Replica replica) {
        RoutingTable before = change(now -> now.reported(replica, nanos.getAsLong()));
        if (before.replicas().stream().noneMatch(known -> known.id().equals(replica.id()))) {
            log.atInfo()
                    .addKeyValue("replica", replica.id())
                    .addKeyValue("url", replica.url())
                    .log("Replica {} joins at {}", replica.id(), replica.url());
        }
    }

    /** A replica has said that it is gone. */
    public void left(String id) {
        leave(id, "it has said so");
    }

    /** A connection to a replica has failed: it gets no work until it has answered. */
    public void suspect(Replica replica) {
        change(now -> now.suspected(replica.id()));
    }

    /** Asks those who are silent or suspect; completes when all of them have answered or not. */
    Mono<Void> lookOver() {
        long now = nanos.getAsLong();
        change(current -> current.forgetting(now));
        return Flux.fromIterable(table.get().due(now))
                .flatMap(this::ask, MOST_PROBES_AT_ONCE)
                .then();
    }

    /** Work on one replica. */
    public interface Lease extends AutoCloseable {
        @Override
        void close();
    }

    private Mono<Void> ask(Replica replica) {
        change(now -> now.asked(replica.id(), nanos.getAsLong()));
        return probe.ask(replica)
                .doOnNext(answer -> change(now -> now.answered(answer, nanos.getAsLong())))
                .doOnError(failure -> leave(replica.id(), "it is silent and does not answer: " + failure.getMessage()))
                .onErrorComplete()
                .then();
    }

    private void leave(String id, String reason) {
        RoutingTable before = change(now -> now.left(id));
        if (before.replicas().stream().anyMatch(replica -> replica.id().equals(id))) {
            log.atWarn().addKeyValue("replica", id).log("Replica {} leaves: {}", id, reason);
        }
    }

    private void finish(String id, long tokens) {
        outstanding.computeIfPresent(id, (key, sum) -> sum <= tokens ? null : sum - tokens);
    }

    private long outstanding(String id) {
        return outstanding.getOrDefault(id, 0L);
    }

    private RoutingTable change(UnaryOperator<RoutingTable> change) {
        return table.getAndUpdate(change);
    }
}
