// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One resumable upload: {@code <id>.bytes} grows, {@code <id>.upload} says what it will be. One request at a time writes. */
final class UploadSession {

    private static final String BYTES = ".bytes";
    private static final String FORM = ".upload";

    private final UUID id;
    private final Announced announced;
    private final Staging staging;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Instant lastUsed;
    private volatile long offset;
    private volatile @Nullable Runnable writer;
    private boolean ended;

    /** What the file beside the bytes holds. */
    record Announced(String sha256, long size) {}

    private UploadSession(UUID id, Announced announced, Staging staging, Instant lastUsed, long offset) {
        this.id = id;
        this.announced = announced;
        this.staging = staging;
        this.lastUsed = lastUsed;
        this.offset = offset;
    }

    static UploadSession begin(UUID id, Sha256 digest, long size, Staging staging, Instant now, JsonMapper json)
            throws IOException {
        Announced announced = new Announced(digest.hex(), size);
        Files.write(staging.folder().resolve(id + FORM), json.writeValueAsBytes(announced));
        UploadSession session = new UploadSession(id, announced, staging, now, 0);
        // The bytes come last: a session is one that has both.
        staging.open(session.bytes(), digest).close();
        return session;
    }

    /** Finds a session that an earlier run of the registry left. */
    static UploadSession resume(Path form, Staging staging, JsonMapper json) throws IOException {
        String name = form.getFileName().toString();
        UUID id = UUID.fromString(name.substring(0, name.length() - FORM.length()));
        Announced announced = json.readValue(Files.readAllBytes(form), Announced.class);
        Path bytes = staging.folder().resolve(id + BYTES);
        Instant lastUsed = Files.getLastModifiedTime(bytes).toInstant();
        try (StagedFile file = staging.open(bytes, new Sha256(announced.sha256()))) {
            return new UploadSession(id, announced, staging, lastUsed, file.size());
        }
    }

    UUID id() {
        return id;
    }

    long size() {
        return announced.size();
    }

    Sha256 digest() {
        return new Sha256(announced.sha256());
    }

    boolean isFor(Sha256 digest, long size) {
        return announced.equals(new Announced(digest.hex(), size));
    }

    boolean isIdleSince(Instant instant) {
        return !lock.isLocked() && lastUsed.isBefore(instant);
    }

    Upload view(Duration expiry) {
        return new Upload(id, digest(), size(), offset, lastUsed.plus(expiry));
    }

    /** Something that is done with the files of the session. */
    @FunctionalInterface
    interface Step<T> {
        T apply(StagedFile file) throws IOException;
    }

    /**
     * Does something while nobody else does. A request that writes is ended: whoever sends a newer one has given it up.
     *
     * @throws ProblemException {@code conflict} if the other doesn't end in time, {@code not_found} if the session ended
     */
    <T> T alone(Duration patience, @Nullable Runnable stop, Step<T> step) throws IOException {
        Runnable other = writer;
        if (other != null) {
            other.run();
        }
        if (!acquire(patience)) {
            throw new ProblemException(
                    Problem.of(ProblemCode.CONFLICT, "Another request writes to this upload; try again."));
        }
        try {
            if (ended) {
                throw Uploads.unknown();
            }
            writer = stop;
            try (StagedFile file = staging.open(bytes(), digest())) {
                return step.apply(file);
            }
        } finally {
            writer = null;
            lock.unlock();
        }
    }

    private boolean acquire(Duration patience) {
        try {
            return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Notes how far it is. */
    void progressed(long offset, Instant now) {
        this.offset = offset;
        this.lastUsed = now;
    }

    /** Removes the files; call it within {@link #alone}. */
    void end() throws IOException {
        ended = true;
        staging.remove(bytes());
        Files.deleteIfExists(staging.folder().resolve(id + FORM));
    }

    private Path bytes() {
        return staging.folder().resolve(id + BYTES);
    }
}
