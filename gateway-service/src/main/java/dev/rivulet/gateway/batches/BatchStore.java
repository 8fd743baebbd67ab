// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.files.FileStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Batches in memory and on disk, beside the files of their key. A change is there once it is on disk. Blocking; thread-safe. */
public final class BatchStore {

    private final Map<String, Batch> batches = new ConcurrentHashMap<>();
    private final FileStore files;
    private final JsonMapper json;
    private final Clock clock;
    private final Duration keep;

    public BatchStore(FileStore files, JsonMapper json, Clock clock, Duration keep) {
        this.files = files;
        this.json = json;
        this.clock = clock;
        this.keep = keep;
    }

    /** Reads what is on disk; returns the batches that have not ended, oldest first. */
    List<Batch> load() {
        for (String tenant : files.tenants()) {
            try (Stream<Path> all = Files.list(files.folder(tenant))) {
                all.filter(path -> path.getFileName().toString().matches("batch_[0-9a-f]{32}\\.json"))
                        .map(this::read)
                        .forEach(batch -> batches.put(batch.id(), batch));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return batches.values().stream()
                .filter(batch -> !batch.status().isEnd())
                .sorted(Comparator.comparingLong(BatchStore::createdAt))
                .toList();
    }

    private Batch read(Path path) {
        try {
            return json.readValue(Files.readAllBytes(path), Batch.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void put(Batch batch) {
        FileStore.replace(files.folder(batch.tenant()).resolve(batch.id() + ".json"), json.writeValueAsBytes(batch));
        batches.put(batch.id(), batch);
    }

    /** Changes a batch as it is now. */
    synchronized Batch change(String id, UnaryOperator<Batch> change) {
        Batch next = change.apply(java.util.Objects.requireNonNull(batches.get(id)));
        put(next);
        return next;
    }

    /** Counts are told at once and written with the next change: after a crash the output files know them. */
    synchronized void counted(String id, Batch.Counts counts) {
        batches.computeIfPresent(id, (one, batch) -> batch.counted(counts));
    }

    Batch get(String id) {
        return java.util.Objects.requireNonNull(batches.get(id));
    }

    public Optional<Batch> find(String tenant, String id) {
        @Nullable Batch batch = batches.get(id);
        return batch != null && batch.tenant().equals(tenant) && !stale(batch) ? Optional.of(batch) : Optional.empty();
    }

    /** Batches of a key, newest first. */
    public List<Batch> of(String tenant) {
        return batches.values().stream()
                .filter(batch -> batch.tenant().equals(tenant) && !stale(batch))
                .sorted(Comparator.comparingLong(BatchStore::createdAt)
                        .thenComparing(Batch::id)
                        .reversed())
                .toList();
    }

    private boolean stale(Batch batch) {
        return batch.status().isEnd()
                && createdAt(batch) + keep.toSeconds() < clock.instant().getEpochSecond();
    }

    private static long createdAt(Batch batch) {
        return batch.times().getOrDefault("created_at", 0L);
    }
}
