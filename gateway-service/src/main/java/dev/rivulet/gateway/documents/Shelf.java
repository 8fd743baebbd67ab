// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The documents of every API key, one file each beside its other files, and what finds their passages. The index of a key is made
 * when it is first asked for, and again after a change. Blocking; safe for use by many threads.
 */
final class Shelf {

    private static final Pattern ID = Pattern.compile("doc-[0-9a-f]{32}");
    private static final String END = ".json";

    private final FileStore files;
    private final DocumentsProperties limits;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Supplier<String> ids;
    private final Cache<String, WordIndex> indexes;
    private final AtomicLong changes = new AtomicLong();

    Shelf(FileStore files, DocumentsProperties limits, JsonMapper json, InstantSource clock, Supplier<String> ids) {
        this.files = files;
        this.limits = limits;
        this.json = json;
        this.clock = clock;
        this.ids = ids;
        this.indexes = Caffeine.newBuilder()
                .maximumSize(limits.indexes())
                .executor(Runnable::run)
                .build();
    }

    /** The passages of a key that fit a question best; none where nothing fits. */
    List<Excerpt> search(String tenant, String question, int most) {
        return indexes.get(tenant, name -> new WordIndex(list(name))).search(question, most);
    }

    /** Another number whenever a document came or went since the start, of whichever key. */
    long changes() {
        return changes.get();
    }

    /** @throws ProblemException with {@code request_too_large} where the key has as many as it may */
    synchronized Document keep(String tenant, String name, String text, long bytes) {
        List<String> passages = Passages.of(text, limits.passage());
        List<Document> before = list(tenant);
        int held = before.stream().mapToInt(one -> one.passages().size()).sum();
        if (before.size() >= limits.mostPerKey() || held + passages.size() > limits.passagesPerKey()) {
            throw new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "This API key has as many documents as it may: " + before.size() + " with " + held
                            + " passages. Delete some that are not needed."));
        }
        Document document =
                new Document("doc-" + ids.get(), name, bytes, clock.instant().getEpochSecond(), passages);
        FileStore.replace(place(tenant, document.id()), json.writeValueAsBytes(document));
        indexes.invalidate(tenant);
        changes.incrementAndGet();
        return document;
    }

    /** Keeps what a document means; nothing where it was deleted meanwhile. */
    synchronized void keep(String tenant, Document document, Vectors vectors) {
        if (Files.exists(place(tenant, document.id()))) {
            FileStore.replace(meaning(tenant, document.id()), vectors.bytes());
            changes.incrementAndGet();
        }
    }

    /** What a document means, one row for each of its passages; empty where nobody has found out. */
    Optional<Vectors> vectors(String tenant, Document document) {
        Path file = meaning(tenant, document.id());
        try {
            return Files.exists(file)
                    ? Vectors.read(Files.readAllBytes(file))
                            .filter(known ->
                                    known.rows().size() == document.passages().size())
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what a document means. */
    synchronized void forget(String tenant, String document) {
        try {
            Files.deleteIfExists(meaning(tenant, document));
            changes.incrementAndGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a document is here still. */
    boolean holds(String tenant, Document document) {
        return Files.exists(place(tenant, document.id()));
    }

    private Path meaning(String tenant, String id) {
        return files.folder(tenant).resolve(id + ".vectors");
    }

    synchronized void delete(String tenant, Document document) {
        try {
            Files.deleteIfExists(place(tenant, document.id()));
            Files.deleteIfExists(meaning(tenant, document.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        indexes.invalidate(tenant);
        changes.incrementAndGet();
    }

    /** The documents of a key, newest first. */
    List<Document> list(String tenant) {
        try (Stream<Path> all = Files.list(files.folder(tenant))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(END)
                            && ID.matcher(name.substring(0, name.length() - END.length()))
                                    .matches())
                    .flatMap(name -> read(files.folder(tenant).resolve(name)).stream())
                    .sorted(Comparator.comparingLong(Document::createdAt)
                            .thenComparing(Document::id)
                            .reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws ProblemException if this key has no such document */
    Document require(String tenant, String id) {
        return Optional.of(id)
                .filter(one -> ID.matcher(one).matches())
                .flatMap(one -> read(place(tenant, one)))
                .orElseThrow(() -> new ProblemException(
                        Problem.of(ProblemCode.NOT_FOUND, "There is no document '" + Shown.text(id) + "'.")));
    }

    private Path place(String tenant, String id) {
        return files.folder(tenant).resolve(id + END);
    }

    private Optional<Document> read(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(json.readValue(Files.readAllBytes(file), Document.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }
}
