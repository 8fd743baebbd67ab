// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Keeps blobs that somebody is about to name in a version from being collected. */
@Component
public class BlobClaims {

    private final BlobStore store;
    private final BlobLedger ledger;
    private final TransactionOperations transactions;
    private final ArtifactsSettings settings;
    private final Clock clock;

    BlobClaims(
            BlobStore store,
            BlobLedger ledger,
            TransactionOperations transactions,
            ArtifactsSettings settings,
            Clock clock) {
        this.store = store;
        this.ledger = ledger;
        this.transactions = transactions;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The blob, if it is there; it then stays for the grace time at least. Asking again soon writes nothing: a mark counts for so
     * much longer with the collector ({@link ArtifactsSettings#renewal}).
     */
    public Optional<Blob> claim(Sha256 digest) {
        if (isMarked(digest)) {
            return store.find(digest);
        }
        if (store.find(digest).isEmpty()) {
            return Optional.empty();
        }
        return Objects.requireNonNull(transactions.execute(_ -> {
            // It may have been collected since: what counts is what is found while nobody collects.
            ledger.hold();
            ledger.see(digest, clock.instant());
            return store.find(digest);
        }));
    }

    private boolean isMarked(Sha256 digest) {
        Instant marked = ledger.seen(List.of(digest)).get(digest);
        return marked != null && marked.isAfter(clock.instant().minus(settings.renewal()));
    }

    /**
     * Keeps blobs until the transaction of the caller ends.
     *
     * @throws ProblemException {@code not_found} if one isn't there any more
     */
    public void hold(Collection<Sha256> digests) {
        ledger.hold();
        for (Sha256 digest : digests) {
            if (store.find(digest).isEmpty()) {
                throw new ProblemException(Problem.at(
                        ProblemCode.NOT_FOUND,
                        "files",
                        "The blob " + digest + " was collected meanwhile; upload it again."));
            }
        }
    }
}
