// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import dev.rivulet.gateway.routing.Picker.Candidate;
import dev.rivulet.gateway.routing.ReplicaProbe.LateAnswerException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
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
    private final AtomicInteger turn = new AtomicInteger();
    private final Map<Rule, Counter> decided = new EnumMap<>(Rule.class);
    private final Picker picker;
    private final Picker least;
    private final Sessions sessions;
    private final Guards guards;
    private final Set<String> siteOnlyKeys;
    private final Map<String, Set<Lease>> leases = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private final RandomGenerator random;

    /**
     * @param siteOnlyKeys names of API keys whose requests never leave this site
     * @param nanos a monotonic clock
     * @param random breaks ties between equally loaded replicas
     */
    Routes(
            RoutingProperties properties,
            Set<String> siteOnlyKeys,
            Guards guards,
            ReplicaProbe probe,
            MeterRegistry meters,
            LongSupplier nanos,
            RandomGenerator random) {
        this.siteOnlyKeys = Set.copyOf(siteOnlyKeys);
        this.guards = guards;
        this.picker = properties.picker();
        this.least = new Picker(RoutingProperties.Strategy.LEAST_TOKENS, 1, 0, 1);
        this.sessions = new Sessions(properties.sessions(), properties.sessionIdle(), nanos::getAsLong);
        for (Rule rule : Rule.values()) {
            decided.put(
                    rule,
                    Counter.builder("rivulet.gateway.routed")
                            .description("Requests by what decided their replica")
                            .tag("rule", rule.tag())
                            .register(meters));
        }
        this.probe = probe;
        this.nanos = nanos;
        this.random = random;
    }

    /** Whether some replica takes requests for a model, and which is the least loaded of them. */
    public Choice choose(String model, Set<String> without) {
        return find(Inquiry.about(model, without), least).choice();
    }

    /** Whether some replica takes a request; nothing is counted or remembered. */
    public Choice look(Inquiry inquiry) {
        return find(inquiry, least).choice();
    }

    /** Picks a replica for a request, counts what decided, and remembers it for the request's session. */
    public Choice choose(Inquiry inquiry) {
        Found found = find(inquiry, picker);
        if (found.rule() != null && found.choice() instanceof Choice.Chosen chosen) {
            Objects.requireNonNull(decided.get(found.rule())).increment();
            remember(inquiry, chosen.replica().id());
        }
        return found.choice();
    }

    /** The session of a request is at this replica from now on. */
    public void remember(Inquiry inquiry, String replica) {
        inquiry.sessions().stream().findFirst().ifPresent(name -> sessions.remember(name, replica));
    }

    private record Found(Choice choice, @Nullable Rule rule) {}

    private Found find(Inquiry inquiry, Picker by) {
        RoutingTable now = table.get();
        List<Choice.Chosen> ready = now.ready(inquiry.model(), inquiry.version(), inquiry.without());
        if (ready.isEmpty()) {
            return new Found(now.absence(inquiry.model()), null);
        }
        List<Choice.Chosen> able = ready.stream()
                .filter(one -> inquiry.capability() == null || one.served().can(inquiry.capability()))
                .filter(one -> !inquiry.replicasOnly() || one.replica().upstream() == null)
                .toList();
        if (able.isEmpty()) {
            return new Found(new Choice.Unable(ready.getFirst().served()), null);
        }
        List<Candidate> near = near(able, inquiry).stream().map(this::candidate).toList();
        if (near.isEmpty()) {
            return new Found(now.isOnSite(inquiry.model()) ? new Choice.NoReplica() : new Choice.LeavesSite(), null);
        }
        Picker.Pick pick =
                by.pick(near, inquiry, sessions.last(inquiry.sessions()), random::nextInt, turn.getAndIncrement());
        return new Found(pick.chosen(), pick.rule());
    }

    /** Those on this site; those outside it where there are none, if the request may leave it. */
    private List<Choice.Chosen> near(List<Choice.Chosen> able, Inquiry inquiry) {
        List<Choice.Chosen> here =
                able.stream().filter(one -> !one.replica().leavesSite()).toList();
        boolean stays = inquiry.siteOnly() || siteOnlyKeys.contains(inquiry.tenant());
        return here.isEmpty() && !stays ? able : here;
    }

    /** Reports are up to a second old: what this gateway has sent since counts where it is more. */
    private Candidate candidate(Choice.Chosen ready) {
        return new Candidate(
                ready,
                Math.max(
                        ready.served().outstandingTokens(),
                        outstanding(ready.replica().id())));
    }

    /** Whether some replica takes work for this version of a model. */
    public boolean isReady(String model, String version) {
        return !table.get().ready(model, version, Set.of()).isEmpty();
    }

    /** The version of a model, if all replicas that have it ready have the same one. */
    public Optional<String> version(String model) {
        return table.get().version(model);
    }

    /** All replicas that are known, by their ids, those that are doubted too. */
    public List<Replica> replicas() {
        return table.get().replicas().stream()
                .sorted(Comparator.comparing(Replica::id))
                .toList();
    }

    /** The ready models by name, each with the replica that has served it longest. */
    public Map<String, Choice.Chosen> ready() {
        return table.get().ready();
    }

    /**
     * Counts work on a replica until the lease is closed; empty if the replica gets none at present.
     *
     * @param model what fails by itself: a model, or one version of it
     */
    public Optional<Lease> begin(Replica replica, String model, long tokens) {
        return guards.enter(replica.id(), model).map(pass -> lease(replica.id(), tokens, pass));
    }

    private Lease lease(String replica, long tokens, Guards.Pass pass) {
        outstanding.merge(replica, tokens, Long::sum);
        AtomicReference<Lease> self = new AtomicReference<>();
        Lease lease = new Lease(pass, () -> {
            outstanding.computeIfPresent(replica, (key, sum) -> sum <= tokens ? null : sum - tokens);
            leases.computeIfPresent(replica, (key, open) -> {
                open.remove(self.get());
                return open.isEmpty() ? null : open;
            });
        });
        self.set(lease);
        leases.compute(replica, (key, open) -> {
            Set<Lease> all = open == null ? ConcurrentHashMap.newKeySet() : open;
            all.add(lease);
            return all;
        });
        return lease;
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

    private Mono<Void> ask(Replica replica) {
        change(now -> now.asked(replica.id(), nanos.getAsLong()));
        return probe.ask(replica)
                .doOnNext(answer -> change(now -> now.answered(answer, nanos.getAsLong())))
                .doOnError(failure -> silent(replica, failure))
                .onErrorComplete()
                .then();
    }

    /**
     * A replica leaves, and reports itself when it is back; while the broker is away it can't, so that one which is only late with
     * its answer is asked again. So is an upstream, which never reports.
     */
    private void silent(Replica replica, Throwable failure) {
        boolean stays = replica.upstream() != null
                || failure instanceof LateAnswerException && !table.get().isLost(replica.id(), nanos.getAsLong());
        if (stays) {
            RoutingTable before = change(now -> now.suspected(replica.id()));
            if (replica.upstream() != null || !before.isSuspect(replica.id())) {
                log.atWarn()
                        .addKeyValue("replica", replica.id())
                        .log("{} gets no requests: {}", replica.id(), failure.getMessage());
            }
        } else {
            leave(replica.id(), "it is silent and does not answer: " + failure.getMessage());
        }
        leases.getOrDefault(replica.id(), Set.of()).forEach(Lease::leave);
    }

    private void leave(String id, String reason) {
        guards.forget(id);
        RoutingTable before = change(now -> now.left(id));
        if (before.replicas().stream().anyMatch(replica -> replica.id().equals(id))) {
            log.atWarn().addKeyValue("replica", id).log("Replica {} leaves: {}", id, reason);
        }
    }

    private long outstanding(String id) {
        return outstanding.getOrDefault(id, 0L);
    }

    private RoutingTable change(UnaryOperator<RoutingTable> change) {
        return table.getAndUpdate(change);
    }
}
