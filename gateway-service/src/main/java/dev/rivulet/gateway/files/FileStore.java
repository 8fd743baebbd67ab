// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files in folders, one folder a key. A file is there once its description is: both are written under another name first, so that
 * a crash leaves nothing half. Names of callers are never names here. Blocking; thread-safe.
 */
public final class FileStore {

    private static final Pattern ID = Pattern.compile("file-[0-9a-f]{32}");
    private static final String BYTES = ".bytes";
    private static final String FACTS = ".json";
    private static final String FRESH = ".part";

    private final FilesProperties limits;
    private final JsonMapper json;
    private final Clock clock;
    private final Supplier<UUID> ids;

    public FileStore(FilesProperties limits, JsonMapper json, Clock clock, Supplier<UUID> ids) {
        this.limits = limits;
        this.json = json;
        this.clock = clock;
        this.ids = ids;
    }

    /** A fresh place for bytes that become a file by {@link #keep}, or are thrown away by {@link #discard}. */
    public Path begin(String tenant) {
        return folder(tenant).resolve(ids.get() + FRESH);
    }

    /**
     * Makes a file out of what was written.
     *
     * @throws ProblemException if the key has as many files or bytes as it may
     */
    public synchronized StoredFile keep(String tenant, Path written, String filename, String purpose) {
        try {
            long bytes = Files.size(written);
            requireRoom(tenant, bytes);
            String id = "file-" + ids.get().toString().replace("-", "");
            StoredFile file = new StoredFile(id, bytes, clock.instant().getEpochSecond(), filename, purpose);
            sync(written);
            Files.move(written, folder(tenant).resolve(id + BYTES), StandardCopyOption.ATOMIC_MOVE);
            replace(folder(tenant).resolve(id + FACTS), json.writeValueAsBytes(file));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void discard(Path written) {
        try {
            Files.deleteIfExists(written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireRoom(String tenant, long bytes) {
        List<StoredFile> files = list(tenant);
        long held = files.stream().mapToLong(StoredFile::bytes).sum();
        if (files.size() >= limits.mostPerKey()
                || held + bytes > limits.maxPerKey().toBytes()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "file",
                    "This API key has as many files as it may: " + files.size() + " with " + held
                            + " bytes. Delete some that are not needed."));
        }
    }

    /** Files of a key, newest first. */
    public List<StoredFile> list(String tenant) {
        try (Stream<Path> all = Files.list(folder(tenant))) {
            return all.filter(path -> path.getFileName().toString().matches("file-.*\\" + FACTS))
                    .flatMap(path -> read(path).stream())
                    .sorted(Comparator.comparingLong(StoredFile::createdAt)
                            .thenComparing(StoredFile::id)
                            .reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Optional<StoredFile> find(String tenant, String id) {
        return ID.matcher(id).matches() ? read(folder(tenant).resolve(id + FACTS)) : Optional.empty();
    }

    /** @throws ProblemException if this key has no such file */
    public StoredFile require(String tenant, String id) {
        return find(tenant, id)
                .orElseThrow(() -> new ProblemException(
                        Problem.of(ProblemCode.NOT_FOUND, "There is no file '" + Shown.text(id) + "'.")));
    }

    /** Where the bytes of a file are. */
    public Path bytes(String tenant, StoredFile file) {
        return folder(tenant).resolve(file.id() + BYTES);
    }

    public synchronized void delete(String tenant, StoredFile file) {
        discard(folder(tenant).resolve(file.id() + FACTS));
        discard(bytes(tenant, file));
    }

    private Optional<StoredFile> read(Path facts) {
        try {
            return Files.exists(facts)
                    ? Optional.of(json.readValue(Files.readAllBytes(facts), StoredFile.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** The folder of a key, whose name is in hexadecimal; for features that keep more beside its files. */
    public Path folder(String tenant) {
        try {
            return Files.createDirectories(
                    limits.folder().resolve(HexFormat.of().formatHex(tenant.getBytes(StandardCharsets.UTF_8))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The keys that have a folder; looking makes none. */
    public List<String> tenants() {
        if (!Files.isDirectory(limits.folder())) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(limits.folder())) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("([0-9a-f]{2}){1,64}"))
                    .map(name -> new String(HexFormat.of().parseHex(name), StandardCharsets.UTF_8))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a small file so that after a crash it is the old one or the new one. */
    public static void replace(Path target, byte[] bytes) {
        Path fresh = target.resolveSibling(target.getFileName() + FRESH);
        try {
            Files.write(fresh, bytes);
            sync(fresh);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
