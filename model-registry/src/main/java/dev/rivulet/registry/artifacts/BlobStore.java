// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobBackend.Kept;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Blobs under the SHA-256 of their bytes. A blob is there in full or not at all, and never changes. Uploads grow in a folder of
 * their own and are hashed there, as they lie. Where there are keys, new blobs are sealed ({@link Segments}): {@code
 * <digest>.sealed} holds the bytes, {@code <digest>.<id>.key} the wrapped data key; blobs from before stay as they are. Safe for
 * many threads.
 */
public final class BlobStore {

    private static final String SEALED = ".sealed";
    private static final String KEY = ".key";
    private static final int HEX = 64;

    /** Behind every name that belongs to a digest. */
    private static final String LAST = ".~";

    private static final int NAMES_OF_ONE = 16;
    private static final int LONGEST_KEY = 1024;

    private final BlobBackend backend;
    private final Staging staging;
    private final @Nullable KeyRing keys;

    /** Whether new blobs are sealed. */
    public boolean isSealing() {
        return keys != null;
    }

    /** @param keys that wrap data keys; null if blobs lie as they are */
    BlobStore(BlobBackend backend, Path incoming, @Nullable KeyRing keys) throws IOException {
        this.backend = backend;
        this.staging = new Staging(incoming, keys);
        this.keys = keys;
    }

    /**
     * Reads the bytes to their end and keeps them if they have the digest.
     *
     * @param maxBytes at most this many are read
     * @throws ProblemException {@code digest_mismatch} or {@code request_too_large}; nothing is kept then
     * @throws IOException if reading or storing fails; nothing is kept then
     */
    public Stored put(Sha256 digest, InputStream bytes, long maxBytes) throws IOException {
        Path part = staging.part(UUID.randomUUID().toString());
        try (StagedFile staged = staging.open(part, digest)) {
            staged.append(bytes, maxBytes);
            return keep(digest, staged);
        } finally {
            staging.remove(part);
        }
    }

    /**
     * Takes a staged file over if its bytes have the digest.
     *
     * @throws ProblemException {@code digest_mismatch}; the file is left
     */
    Stored keep(Sha256 digest, StagedFile staged) throws IOException {
        staged.finish();
        Sha256 found = staged.digest();
        if (!found.equals(digest)) {
            throw new ProblemException(Problem.at(
                    ProblemCode.DIGEST_MISMATCH,
                    "sha256",
                    "The " + staged.size() + " bytes received have the SHA-256 " + found
                            + ", not the one that was announced; nothing is kept."));
        }
        Optional<Blob> present = find(digest);
        if (present.isPresent()) {
            return new Stored(present.get(), false);
        }
        Optional<Staging.SealedName> sealed = staging.sealedName(staged.path());
        if (sealed.isPresent()) {
            backend.put(keyName(digest, sealed.get().id()), sealed.get().keyFile());
        }
        backend.put(digest.hex() + (sealed.isPresent() ? SEALED : ""), staged.path());
        Blob blob = find(digest).orElseThrow(() -> new IOException("The blob " + digest + " was kept and is gone"));
        return new Stored(blob, true);
    }

    /** The blob, if it is there. */
    public Optional<Blob> find(Sha256 digest) {
        try {
            Optional<Kept> sealed = backend.find(digest.hex() + SEALED);
            return (sealed.isPresent() ? sealed : backend.find(digest.hex())).map(this::blob);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a blob; false if it was not there. */
    boolean delete(Sha256 digest) throws IOException {
        boolean sealed = backend.delete(digest.hex() + SEALED);
        boolean plain = backend.delete(digest.hex());
        if (sealed) {
            for (Kept each : backend.list(digest.hex(), NAMES_OF_ONE)) {
                if (each.name().startsWith(digest.hex())) {
                    backend.delete(each.name());
                }
            }
        }
        return sealed || plain;
    }

    /**
     * Blobs in the order of their digests.
     *
     * @param after the digest before the first; empty for the beginning
     * @param limit at most so many
     */
    List<Blob> list(String after, int limit) throws IOException {
        List<Blob> blobs = new ArrayList<>();
        String from = after.isEmpty() ? "" : after + LAST;
        while (blobs.size() < limit) {
            List<Kept> page = backend.list(from, limit);
            if (page.isEmpty()) {
                return blobs;
            }
            from = page.getLast().name();
            page.stream().filter(BlobStore::isData).limit(limit - blobs.size()).forEach(each -> blobs.add(blob(each)));
        }
        return blobs;
    }

    private static boolean isData(Kept kept) {
        return kept.name().length() == HEX || kept.name().endsWith(SEALED);
    }

    /**
     * Reads the keys again and wraps the data keys anew that another key than the current one wraps; no blob is read or written.
     *
     * @return how many
     * @throws IOException if there are no keys, or one is missing that a data key is wrapped with
     */
    public long rewrap() throws IOException {
        KeyRing ring = ring();
        ring.reload();
        long rewrapped = 0;
        String from = "";
        for (List<Kept> page = backend.list(from, 100); !page.isEmpty(); page = backend.list(from, 100)) {
            from = page.getLast().name();
            for (Kept each : page) {
                if (each.name().endsWith(KEY) && rewrap(each.name(), ring)) {
                    rewrapped++;
                }
            }
        }
        return rewrapped;
    }

    private boolean rewrap(String name, KeyRing ring) throws IOException {
        String wrapped = keyText(name);
        if (ring.isCurrent(wrapped)) {
            return false;
        }
        Sha256 digest = new Sha256(name.substring(0, HEX));
        Path part = staging.part(UUID.randomUUID().toString());
        try {
            Files.writeString(part, ring.wrap(ring.unwrap(wrapped, digest), digest));
            backend.put(name, part);
        } finally {
            staging.remove(part);
        }
        return true;
    }

    /** The first bytes of a blob, at most {@code count}; empty if it was collected since it was found. */
    public Optional<byte[]> head(Blob blob, int count) {
        try {
            return Optional.of(blob.head(count));
        } catch (IOException e) {
            if (find(blob.digest()).isEmpty()) {
                return Optional.empty();
            }
            throw new UncheckedIOException(e);
        }
    }

    private Blob blob(Kept kept) {
        Sha256 digest = new Sha256(kept.name().substring(0, HEX));
        return kept.name().endsWith(SEALED)
                ? new Blob(
                        digest,
                        Segments.plainSize(kept.size()),
                        kept.keptAt(),
                        offset -> unsealed(digest, kept, offset))
                : new Blob(digest, kept.size(), kept.keptAt(), offset -> plain(digest, kept, offset));
    }

    /** Who reads the whole is told where it was changed; a sealed blob tells by each of its segments. */
    private InputStream plain(Sha256 digest, Kept kept, long offset) throws IOException {
        InputStream bytes = backend.open(kept.name(), offset);
        return offset == 0 ? new VerifiedInput(bytes, digest, kept.size()) : bytes;
    }

    private InputStream unsealed(Sha256 digest, Kept kept, long offset) throws IOException {
        if (offset >= Segments.plainSize(kept.size()) && offset > 0) {
            return InputStream.nullInputStream();
        }
        String id;
        try (InputStream header = backend.open(kept.name(), 0)) {
            id = HexFormat.of().formatHex(header.readNBytes(Segments.HEADER));
        }
        Segments segments = new Segments(ring().unwrap(keyText(keyName(digest, id)), digest), digest);
        long index = offset / Segments.PLAIN;
        InputStream plain = new SealedInput(
                backend.open(kept.name(), Segments.position(index)), segments, index, Segments.count(kept.size()));
        try {
            plain.skipNBytes(offset % Segments.PLAIN);
            return plain;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private KeyRing ring() throws IOException {
        if (keys == null) {
            throw new IOException("Blobs are sealed, and no keys are set (rivulet.artifacts.keys)");
        }
        return keys;
    }

    private String keyText(String name) throws IOException {
        try (InputStream in = backend.open(name, 0)) {
            return new String(in.readNBytes(LONGEST_KEY), StandardCharsets.US_ASCII);
        }
    }

    private static String keyName(Sha256 digest, String id) {
        return digest.hex() + "." + id + KEY;
    }

    /** Removes what uploads into the store left behind that were broken off before. */
    void tidy(Instant before) throws IOException {
        backend.tidy(before);
    }

    /** Uploads on their way. */
    Staging staging() {
        return staging;
    }

    /**
     * What an upload came to.
     *
     * @param blob now in the store
     * @param isNew false if the store had it before
     */
    public record Stored(Blob blob, boolean isNew) {}
}
