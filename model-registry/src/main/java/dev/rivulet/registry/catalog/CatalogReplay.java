// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.CatalogChanges.Replayed;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** The catalogue read back from its changes: to compare, to make its tables anew, and to see a model as it was. */
@Component
public class CatalogReplay {

    private static final int TRIES = 20;

    private final CatalogChanges changes;
    private final TransactionOperations transactions;

    CatalogReplay(CatalogChanges changes, TransactionOperations transactions) {
        this.changes = changes;
        this.transactions = transactions;
    }

    /**
     * What a rebuild came to.
     *
     * @param before what the catalogue was beside its changes
     * @param after the same once its rows are made anew
     */
    public record Rebuilt(Replayed before, Replayed after) {}

    /** Takes in every change again and compares; changes nothing. */
    public Replayed replay() {
        return inTransaction(changes::replay);
    }

    /**
     * Drops the rows of the catalogue and makes them anew from the changes. Changes wait meanwhile, reading goes on with the old
     * rows. Nothing is told over Kafka.
     *
     * @throws ProblemException {@code conflict} if writers hold rows at each of twenty tries
     */
    public Rebuilt rebuild() {
        for (int attempt = 1; ; attempt++) {
            try {
                return inTransaction(() -> {
                    changes.keepWritersOff();
                    Replayed before = changes.replay();
                    changes.makeAnew();
                    return new Rebuilt(before, changes.replay());
                });
            } catch (PessimisticLockingFailureException e) {
                if (attempt == TRIES) {
                    throw new ProblemException(Problem.at(
                            ProblemCode.CONFLICT,
                            "catalog",
                            "The catalogue is being changed all the time; try again."));
                }
            }
        }
    }

    /**
     * A model as it was at a moment.
     *
     * @throws ProblemException {@code model_not_found} if there was none of that name then
     */
    public Model modelAt(ModelName model, Instant at) {
        return inTransaction(() -> changes.modelAt(model, at))
                .orElseThrow(() -> new ProblemException(Problem.at(
                        ProblemCode.MODEL_NOT_FOUND, "model", "There was no model " + model + " at " + at + ".")));
    }

    private <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }
}
