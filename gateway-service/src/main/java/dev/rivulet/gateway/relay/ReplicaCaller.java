// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ModelVersion;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.GuardProperties;
import dev.rivulet.gateway.routing.Hedging;
import dev.rivulet.gateway.routing.Inquiry;
import dev.rivulet.gateway.routing.Lease;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends a request to a replica; to another one where no byte of an answer has come and the fault is the replica's or its
 * connection's: refused, broken, silent for too long, gone from the table, or answering what is no HTTP; or where the replica says
 * that it takes no request at present ({@link Refusal}). Where {@link Hedging} lets it, a request whose answer does not begin is
 * sent to a second replica beside the first one.
 */
final class ReplicaCaller implements Answering {

    private static final Logger log = LoggerFactory.getLogger(ReplicaCaller.class);
    private static final int MOST_CONNECTIONS = 100_000;

    /** The replica has not begun to answer, and is not waited for any longer. */
    private static final class SilentReplicaException extends IOException {
        private static final long serialVersionUID = 1L;

        SilentReplicaException() {
            super("it has not begun to answer");
        }
    }

    private final Routes routes;
    private final ReplicaClient client;
    private final ErrorBodies errors;
    private final Hedging hedging;
    private final Scheduler timers;
    private final int attempts;
    private final Duration headTimeout;

    /** @param timers wait until a request is to be sent to a second replica */
    ReplicaCaller(
            Routes routes,
            Hedging hedging,
            RelayProperties properties,
            GuardProperties guarding,
            ServiceToken token,
            UpstreamAnswers upstreams,
            ErrorBodies errors,
            ConnectionProvider connections,
            Scheduler timers) {
        this.routes = routes;
        this.hedging = hedging;
        this.errors = errors;
        this.timers = timers;
        this.attempts = properties.attempts();
        this.headTimeout = guarding.headTimeout();
        this.client = new ReplicaClient(properties, token, upstreams, connections);
    }

    /** Connections to replicas, kept open between requests. */
    static ConnectionProvider connections() {
        return ConnectionProvider.builder("replicas")
                .maxConnections(MOST_CONNECTIONS)
                .pendingAcquireTimeout(Duration.ofSeconds(10))
                .maxIdleTime(Duration.ofSeconds(20))
                .evictInBackground(Duration.ofSeconds(20))
                .build();
    }

    /**
     * Whether some replica takes a request now, before a place is taken for it; the same is asked again when it is sent.
     *
     * @throws ProblemException with {@code model_not_found}, {@code model_loading} or {@code no_replica}, and with
     *     {@code invalid_value} if the model can't do it
     */
    void requireReady(Ask ask) {
        Choice choice = routes.look(Inquiry.of(ask, Set.of()));
        if (!(choice instanceof Choice.Chosen)) {
            throw new ProblemException(Absences.problem(ask, choice));
        }
    }

    /**
     * Sends a request.
     *
     * @return the head of the answer; or a {@link ProblemException} with {@code model_not_found}, {@code model_loading},
     *     {@code no_replica}, {@code replica_lost} or {@code replica_timeout}
     */
    @Override
    public Mono<Answer> answer(Ask ask) {
        Mono<Answer> answer = hedging.includes(ask)
                ? Mono.defer(() -> hedged(ask))
                : Mono.defer(() -> attempt(ask, Attempt.first(new Trail())));
        return answer.doOnNext(one -> tellVersion(ask, one));
    }

    private static void tellVersion(Ask ask, Answer answer) {
        if (answer.status() == 200) {
            ModelVersion.of(answer)
                    .ifPresent(
                            version -> ask.passage().answeredBy(ask.envelope().model(), version));
        }
    }

    private Mono<Answer> hedged(Ask ask) {
        Trail trail = new Trail();
        Hedging.Hedge hedge = hedging.begin(ask);
        Mono<Answer> first = attempt(ask, Attempt.first(trail));
        Mono<Answer> second = Mono.defer(() -> second(ask, trail, hedge));
        return HedgedCall.of(first, second, hedge.delay(), hedge::ended, timers).doOnNext(answer -> {
            if (answer.status() == 200) {
                hedge.answered();
            }
            if (trail.isSecond(answer.replica())) {
                ask.passage().replica(answer.replica());
                routes.remember(Inquiry.of(ask, Set.of()), answer.replica());
            }
        });
    }

    /** Asks a replica of this platform that the first attempt was not at; empty if there is none, or no leave to. */
    private Mono<Answer> second(Ask ask, Trail trail, Hedging.Hedge hedge) {
        Choice choice = routes.look(Inquiry.of(ask, trail.asked()).ofReplicas());
        if (!trail.isAtReplica() || !(choice instanceof Choice.Chosen chosen)) {
            hedge.nobody();
            return Mono.empty();
        }
        if (!hedge.take()) {
            return Mono.empty();
        }
        Replica replica = chosen.replica();
        Optional<Lease> lease = lease(ask, replica);
        if (lease.isEmpty()) {
            hedge.nobody();
            return Mono.empty();
        }
        trail.second(replica);
        return begun(ask, replica, lease.get())
                .doOnError(ReplicaCaller::isOfReplica, failure -> doubt(ask, replica, failure, false, 1));
    }

    private Optional<Lease> lease(Ask ask, Replica replica) {
        String model = ask.envelope().model();
        String guarded = ask.version().map(version -> model + "@" + version).orElse(model);
        return routes.begin(replica, guarded, ask.envelope().tokens());
    }

    private Mono<Answer> attempt(Ask ask, Attempt attempt) {
        return Mono.defer(() -> switch (routes.choose(Inquiry.of(ask, attempt.without()))) {
            case Choice.Chosen chosen -> guarded(ask, attempt, chosen.replica());
            case Choice absent -> Mono.error(new ProblemException(Absences.problem(ask, absent)));
        });
    }

    private Mono<Answer> guarded(Ask ask, Attempt attempt, Replica replica) {
        Optional<Lease> lease = lease(ask, replica);
        if (lease.isEmpty()) {
            return attempt(ask, attempt.passing(replica));
        }
        attempt.trail().at(replica);
        ask.passage().replica(replica.id());
        return begun(ask, replica, lease.get())
                .onErrorResume(Refusal.class, refusal -> afterRefusal(ask, attempt, replica, refusal))
                .onErrorResume(ReplicaCaller::isOfReplica, failure -> afterFailure(ask, attempt, replica, failure));
    }

    private Mono<Answer> begun(Ask ask, Replica replica, Lease lease) {
        Mono<?> over = ask.envelope().stream()
                ? Mono.firstWithSignal(lease.left(), Mono.delay(headTimeout).then())
                : lease.left();
        return client.send(ask, replica, lease, routes::suspect)
                .timeout(over, Mono.error(SilentReplicaException::new))
                .doOnNext(answer -> {
                    name(answer, ask, replica);
                    judge(answer, lease);
                })
                .doOnError(failure -> {
                    lease.failed(failure);
                    lease.close();
                })
                .flatMap(answer -> replica.upstream() == null ? Refusal.unless(answer, errors) : Mono.just(answer));
    }

    /** A replica of an earlier release does not name its version; what an upstream names is none of this platform's. */
    private static void name(Answer answer, Ask ask, Replica replica) {
        if (replica.upstream() != null) {
            answer.headers().remove(ModelVersion.HEADER);
        } else if (ModelVersion.of(answer).isEmpty()) {
            ask.version()
                    .or(() -> replica.plainVersion(ask.envelope().model()))
                    .ifPresent(version -> answer.headers().set(ModelVersion.HEADER, version));
        }
    }

    /** An answer that says it has too much to do is a good one; one of no known form is not. */
    private static void judge(Answer answer, Lease lease) {
        boolean broken = answer.status() == 500 || answer.status() == 502 || answer.status() == 504;
        if (broken || !(answer.isStream() || answer.isJson() || answer.isText())) {
            lease.failed(new IOException("status " + answer.status()));
        } else {
            lease.succeeded();
        }
    }

    private static boolean isOfReplica(Throwable failure) {
        return !(failure instanceof ProblemException || failure instanceof Refusal || failure instanceof Error);
    }

    /** Another replica is asked, where there is one; the table hears of this one by its report. */
    private Mono<Answer> afterRefusal(Ask ask, Attempt attempt, Replica replica, Refusal refusal) {
        Attempt elsewhere = attempt.elsewhere(replica);
        boolean another = attempt.number() < attempts
                && routes.look(Inquiry.of(ask, elsewhere.without())) instanceof Choice.Chosen;
        return another ? attempt(ask, elsewhere) : Mono.just(refusal.answer());
    }

    private Mono<Answer> afterFailure(Ask ask, Attempt attempt, Replica replica, Throwable failure) {
        boolean doubtful = doubt(ask, replica, failure, attempt.again(), attempt.number());
        if (attempt.number() >= attempts) {
            boolean silent = failure instanceof SilentReplicaException;
            return Mono.error(new ProblemException(lost(silent, attempt.number()), failure));
        }
        return attempt(ask, doubtful ? attempt.elsewhere(replica) : attempt.sameAgain());
    }

    /**
     * A connection kept open may have been closed by the replica just now: that is no failure of the replica, and one more
     * connection tells.
     *
     * @return whether the replica is doubted, and gets no work until it has answered
     */
    private boolean doubt(Ask ask, Replica replica, Throwable failure, boolean again, int number) {
        boolean silent = failure instanceof SilentReplicaException;
        boolean broken = failure instanceof IOException && !(failure instanceof ConnectException) && !silent;
        boolean doubtful = !broken || again;
        if (doubtful) {
            routes.suspect(replica);
        }
        log.atWarn()
                .addKeyValue("request_id", ask.passage().id())
                .addKeyValue("replica", replica.id())
                .addKeyValue("attempt", number)
                .log("Replica {} can't be reached: {}", replica.id(), failure.toString());
        return doubtful;
    }

    private static Problem lost(boolean silent, int times) {
        Problem problem = silent
                ? Problem.of(
                        ProblemCode.REPLICA_TIMEOUT,
                        "No replica has begun to answer in time, " + times + " times over. Send this request again.")
                : Problem.of(
                        ProblemCode.REPLICA_LOST,
                        "The connection to the replica failed, " + times + " times over. Send this request again.");
        return problem.retryAfter(Absences.COME_AGAIN);
    }
}
