// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.stages.StageRequest.State;
import dev.rivulet.registry.stages.StageStore.Asked;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Moves versions between stages; into those that want approval when somebody else than who asked approves. */
@Component
public class Stages {

    /** What is recorded as who asked when a client of MLflow moved a version: it proves nobody's name. */
    public static final String MLFLOW = "mlflow";

    private static final int MAX_REASON = 1000;

    private final Catalog catalog;
    private final StageStore store;
    private final TransactionOperations transactions;
    private final StagesSettings settings;
    private final Clock clock;

    Stages(
            Catalog catalog,
            StageStore store,
            TransactionOperations transactions,
            StagesSettings settings,
            Clock clock) {
        this.catalog = catalog;
        this.store = store;
        this.transactions = transactions;
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether a second person must approve before a version is in this stage. */
    public boolean needsApproval(Stage stage) {
        return settings.approved().contains(stage);
    }

    /** The stages of a model's versions; what is missing is in none. */
    public Map<VersionName, Stage> of(ModelName model) {
        return inTransaction(() -> store.stages(model));
    }

    /** At most {@code limit} requests of a model, newest first. */
    public List<StageRequest> requests(ModelName model, int limit) {
        return inTransaction(() -> store.requests(catalog.get(model).name(), limit));
    }

    /**
     * Asks for a stage. Where nobody must approve, the version is in it at once.
     *
     * @param by who asks
     * @throws ProblemException {@code conflict} if the version is there already or a request of it is pending; {@code invalid_value} if
     *     it is to be served and has no signature where one is required
     */
    public StageRequest ask(ModelName name, VersionName version, Stage stage, String by, String reason) {
        checkReason(reason);
        return inTransaction(() -> {
            Model model = catalog.get(name);
            ModelVersion found = model.version(version)
                    .orElseThrow(() -> problem(
                            ProblemCode.NOT_FOUND, "version", model.name() + " has no version " + version + "."));
            Stage now = store.stages(name).getOrDefault(version, Stage.NONE);
            if (now == stage) {
                throw problem(ProblemCode.CONFLICT, "stage", "The version is in this stage.");
            }
            checkServable(name, found, stage);
            State state = needsApproval(stage) ? State.PENDING : State.APPLIED;
            Asked asked = new Asked(name, version, found.commit(name), now, stage, reason, by, clock.instant(), state);
            StageRequest kept = store.ask(asked)
                    .orElseThrow(() -> problem(
                            ProblemCode.CONFLICT, "version", "A request of this version waits for a decision."));
            if (state == State.APPLIED) {
                store.put(name, version, stage, clock.instant());
            }
            return kept;
        });
    }

    /**
     * Approves or refuses a request.
     *
     * @throws ProblemException {@code insufficient_scope} for who asked, {@code conflict} if it is decided, or if the version's
     *     files or stage are not what they were when it was asked for
     */
    public StageRequest decide(long id, boolean approve, String by, String reason) {
        checkReason(reason);
        return inTransaction(() -> {
            StageRequest request =
                    store.lock(id).orElseThrow(() -> problem(ProblemCode.NOT_FOUND, "id", "There is no such request."));
            if (request.state() != State.PENDING) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "id",
                        "The request is " + request.state().wire() + " already.");
            }
            if (approve && request.askedBy().equals(by)) {
                throw problem(
                        ProblemCode.INSUFFICIENT_SCOPE,
                        "id",
                        "Who asked for a stage can't approve it; ask a second person.");
            }
            if (approve) {
                apply(request);
            }
            return store.decide(id, approve ? State.APPROVED : State.REFUSED, by, reason, clock.instant());
        });
    }

    private void apply(StageRequest request) {
        Optional<ModelVersion> same = catalog.get(request.model())
                .version(request.version())
                .filter(version -> version.commit(request.model()).equals(request.commit()));
        Stage now = store.stages(request.model()).getOrDefault(request.version(), Stage.NONE);
        if (same.isEmpty() || now != request.from()) {
            throw problem(
                    ProblemCode.CONFLICT,
                    "id",
                    "The version is not what it was when this was asked for; refuse the request and ask anew.");
        }
        checkServable(request.model(), same.get(), request.stage());
        store.put(request.model(), request.version(), request.stage(), clock.instant());
    }

    private void checkServable(ModelName model, ModelVersion version, Stage stage) {
        if (stage.leadsToServing()) {
            catalog.checkServable(model, version, "version");
        }
    }

    private static void checkReason(String reason) {
        if (reason.length() > MAX_REASON || reason.indexOf(0) >= 0) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "reason",
                    "A reason has at most " + MAX_REASON + " characters, none of them NUL.");
        }
    }

    private <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
