// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Removes blobs that no version names and nobody asked for within the grace time. It looks and removes while no version is being
 * registered, a few blobs at a time: a version that is there has all its blobs.
 */
@Component
public class BlobCollector {

    private static final Logger log = LoggerFactory.getLogger(BlobCollector.class);
    private static final int BATCH = 50;
    private static final int SHOWN = 100;

    private final BlobStore store;
    private final BlobLedger ledger;
    private final List<BlobReferences> references;
    private final TransactionOperations transactions;
    private final ArtifactsSettings settings;
    private final Clock clock;
    private final Counter collected;
    private final Counter bytes;
    private final ReentrantLock running = new ReentrantLock();

    BlobCollector(
            BlobStore store,
            BlobLedger ledger,
            List<BlobReferences> references,
            TransactionOperations transactions,
            ArtifactsSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.store = store;
        this.ledger = ledger;
        this.references = List.copyOf(references);
        this.transactions = transactions;
        this.settings = settings;
        this.clock = clock;
        this.collected = Counter.builder("rivulet.registry.blobs.collected")
                .description("Blobs that no version named and that were removed")
                .register(meters);
        this.bytes = Counter.builder("rivulet.registry.blobs.collected.size")
                .baseUnit("bytes")
                .description("What removing them gave back")
                .register(meters);
    }

    /**
     * What a collection did, or would do.
     *
     * @param dryRun whether it only looked
     * @param examined blobs
     * @param collected blobs
     * @param bytes of the collected blobs
     * @param blobs the first {@value #SHOWN} of them
     */
    public record Collection(boolean dryRun, long examined, long collected, long bytes, List<String> blobs) {}

    /**
     * Goes through all blobs.
     *
     * @param dryRun whether nothing is to be removed
     * @throws ProblemException {@code conflict} if this instance collects already
     */
    public Collection collect(boolean dryRun) throws IOException {
        if (!running.tryLock()) {
            throw new ProblemException(Problem.of(ProblemCode.CONFLICT, "A collection is under way; try again."));
        }
        try {
            return collectAll(dryRun);
        } finally {
            running.unlock();
        }
    }

    private Collection collectAll(boolean dryRun) throws IOException {
        Instant limit = clock.instant().minus(settings.grace());
        List<String> shown = new ArrayList<>();
        long examined = 0;
        long count = 0;
        long size = 0;
        String after = "";
        for (List<Blob> page = store.list(after, BATCH); !page.isEmpty(); page = store.list(after, BATCH)) {
            after = page.getLast().digest().hex();
            examined += page.size();
            for (Blob blob : collectPage(page, limit, dryRun)) {
                count++;
                size += blob.size();
                if (shown.size() < SHOWN) {
                    shown.add(blob.digest().hex());
                }
            }
        }
        if (!dryRun && count > 0) {
            log.info("{} blobs with {} bytes that no version names are removed", count, size);
        }
        return new Collection(dryRun, examined, count, size, shown);
    }

    private List<Blob> collectPage(List<Blob> page, Instant limit, boolean dryRun) {
        List<Blob> old =
                page.stream().filter(blob -> blob.keptAt().isBefore(limit)).toList();
        if (old.isEmpty()) {
            return old;
        }
        return Objects.requireNonNull(transactions.execute(_ -> {
            if (dryRun) {
                return unused(old, limit);
            }
            ledger.exclude();
            List<Blob> unused = unused(old, limit);
            unused.forEach(this::remove);
            ledger.forget(unused.stream().map(Blob::digest).toList());
            return unused;
        }));
    }

    private List<Blob> unused(List<Blob> old, Instant limit) {
        List<Sha256> digests = old.stream().map(Blob::digest).toList();
        Set<Sha256> named = references.stream()
                .flatMap(each -> each.among(digests).stream())
                .collect(Collectors.toSet());
        Map<Sha256, Instant> seen = ledger.seen(digests);
        // Whoever asked within the renewal after a mark left no other.
        Instant marked = limit.minus(settings.renewal());
        return old.stream()
                .filter(blob -> !named.contains(blob.digest()))
                .filter(blob -> seen.getOrDefault(blob.digest(), Instant.MIN).isBefore(marked))
                .toList();
    }

    private void remove(Blob blob) {
        try {
            if (store.delete(blob.digest())) {
                collected.increment();
                bytes.increment(blob.size());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
