// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.events.EventType;
import dev.rivulet.outbox.Outbox;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Rollout.Outcome;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import dev.rivulet.registry.rollouts.RolloutStore.Rebuilt;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes rollouts. The event, the projections, the fact for replicas and gateways and, with a promotion, the alias
 * {@code champion} are written in one transaction. Two who change one rollout at once are told apart by its version: one of them is
 * refused with {@code conflict}.
 */
@Component
public class Rollouts {

    /** The alias whose version is served. */
    public static final AliasName CHAMPION = new AliasName("champion");

    private static final int SALT_BYTES = 12;

    private final RolloutStore store;
    private final Catalog catalog;
    private final Outbox outbox;
    private final TransactionOperations transactions;
    private final Clock clock;
    private final RandomGenerator random;
    private final MeterRegistry meters;

    Rollouts(
            RolloutStore store,
            Catalog catalog,
            Outbox outbox,
            TransactionOperations transactions,
            Clock clock,
            RandomGenerator random,
            MeterRegistry meters) {
        this.store = store;
        this.catalog = catalog;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
    }

    /**
     * Begins to put a version in the champion's place.
     *
     * @throws ProblemException {@code model_not_found}, {@code not_found}; {@code conflict} if the model has no champion or a rollout
     *     of it goes on; {@code invalid_value} if the candidate is the champion, or not signed where that is required
     */
    public Rollout start(ModelName name, VersionName candidate, Plan plan, Decision why) {
        Recorded started = inTransaction(() -> {
            Model model = catalog.hold(name);
            VersionName champion = model.aliases().get(CHAMPION);
            checkStart(model, champion, candidate);
            catalog.checkServable(name, model.version(candidate).orElseThrow(), "candidate");
            RolloutId id = RolloutId.random(random);
            store.claim(name, id).ifPresent(running -> {
                throw problem(
                        ProblemCode.CONFLICT, "model", "The rollout " + running + " of " + name + " has not ended.");
            });
            Instant at = store.lastStart(name)
                    .map(last -> latest(now(), last.plus(1, ChronoUnit.MICROS)))
                    .orElseGet(this::now);
            RolloutEvent event =
                    new RolloutEvent.Started(name, Objects.requireNonNull(champion), candidate, plan, salt(), why);
            Recorded first = new Recorded(id, 1, at, event);
            write(first, Rollout.of(null, List.of(first)));
            return first;
        });
        count(started);
        return Rollout.of(null, List.of(started));
    }

    /**
     * Does what is wanted of a rollout, if its state allows it.
     *
     * @param expected the version the caller saw, or null if any will do
     * @throws ProblemException {@code not_found}; {@code conflict} if the state does not allow it or is another one meanwhile
     */
    public Rollout execute(RolloutId id, RolloutCommand command, @Nullable Long expected) {
        Change change = inTransaction(() -> {
            Rollout rollout = store.load(id).orElseThrow(() -> unknown(id));
            if (expected != null && expected != rollout.version()) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "If-Match",
                        id + " is at revision " + rollout.version() + ", not " + expected + "; read it again.");
            }
            return switch (rollout.decide(command)) {
                case Outcome.Refused refused -> throw problem(ProblemCode.CONFLICT, "rollout", refused.why());
                case Outcome.Fulfilled _ -> new Change(null, rollout);
                case Outcome.Accepted accepted -> accept(rollout, accepted.event());
            };
        });
        if (change.recorded() != null) {
            count(change.recorded());
        }
        return change.after();
    }

    /** @throws ProblemException {@code not_found} */
    public Rollout get(RolloutId id) {
        return inTransaction(() -> store.load(id)).orElseThrow(() -> unknown(id));
    }

    /** The rollouts that have not ended. */
    List<Rollout> active() {
        return inTransaction(store::active);
    }

    /** The history, newest first. */
    public List<RolloutSummary> list(@Nullable ModelName model, boolean active, int limit) {
        return inTransaction(() -> store.list(model, active, limit));
    }

    /** What happened to a rollout, oldest first. */
    public List<TimelineEntry> timeline(RolloutId id) {
        return inTransaction(() -> store.timeline(id));
    }

    /** What happened in the rollouts of a model, newest first. */
    public List<TimelineEntry> timeline(ModelName model, int limit) {
        return inTransaction(() -> store.timeline(model, limit));
    }

    /** Drops the projections and makes them anew from the events. */
    public Rebuilt rebuild() {
        return inTransaction(store::rebuild);
    }

    private record Change(@Nullable Recorded recorded, Rollout after) {}

    private Change accept(Rollout before, RolloutEvent event) {
        // A clock that was set back must not turn the order of the events around.
        Recorded recorded = new Recorded(before.id(), before.version() + 1, latest(now(), before.changedAt()), event);
        Rollout after = before.after(recorded);
        write(recorded, after);
        if (event instanceof RolloutEvent.Promoted) {
            catalog.putAlias(after.model(), CHAMPION, after.candidate(), null);
        }
        if (!after.active()) {
            store.release(after.model(), after.id());
        }
        return new Change(recorded, after);
    }

    private void write(Recorded recorded, Rollout after) {
        if (!store.append(recorded, after)) {
            throw problem(
                    ProblemCode.CONFLICT, "rollout", recorded.rollout() + " was changed meanwhile; read it again.");
        }
        outbox.append(EventType.ROLLOUT_CHANGED, after.model().value(), RolloutFacts.of(after));
    }

    private static void checkStart(Model model, @Nullable VersionName champion, VersionName candidate) {
        if (model.version(candidate).isEmpty()) {
            throw problem(ProblemCode.NOT_FOUND, "candidate", model.name() + " has no version " + candidate + ".");
        }
        if (champion == null) {
            throw problem(
                    ProblemCode.CONFLICT,
                    "model",
                    model.name()
                            + " has no champion that a candidate could be compared with; point the alias to a version.");
        }
        if (champion.equals(candidate)) {
            throw problem(
                    ProblemCode.INVALID_VALUE, "candidate", candidate + " is the champion of " + model.name() + ".");
        }
    }

    private void count(Recorded recorded) {
        meters.counter("rivulet.registry.rollouts.events", "event", recorded.type())
                .increment();
    }

    private String salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return Base64.getUrlEncoder().encodeToString(salt);
    }

    /** Microseconds, as the store keeps them. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }

    private static ProblemException unknown(RolloutId id) {
        return problem(ProblemCode.NOT_FOUND, "rollout", "There is no rollout " + id + ".");
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
