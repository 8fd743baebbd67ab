// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobStore.Stored;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Resumable uploads: opened with the digest and the size of a blob, sent in any number of pieces, finished by checking the
 * digest of all. They survive the end of the process, are bounded in number and bytes, and are thrown away when they rest too
 * long. Safe for many threads.
 */
@Component
public class Uploads {

    private static final Logger log = LoggerFactory.getLogger(Uploads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LATER = Duration.ofSeconds(30);

    private final BlobStore store;
    private final BlobClaims claims;
    private final ArtifactsSettings settings;
    private final Clock clock;
    private final JsonMapper json;
    private final Map<UUID, UploadSession> sessions = new ConcurrentHashMap<>();

    Uploads(
            BlobStore store,
            BlobClaims claims,
            ArtifactsSettings settings,
            Clock clock,
            JsonMapper json,
            MeterRegistry meters)
            throws IOException {
        this.store = store;
        this.claims = claims;
        this.settings = settings;
        this.clock = clock;
        this.json = json;
        resume();
        Gauge.builder("rivulet.registry.uploads.open", sessions, Map::size)
                .description("Resumable uploads that are open")
                .register(meters);
    }

    private void resume() throws IOException {
        try (DirectoryStream<Path> forms =
                Files.newDirectoryStream(store.staging().folder(), "*.upload")) {
            for (Path form : forms) {
                try {
                    UploadSession session = UploadSession.resume(form, store.staging(), json);
                    sessions.put(session.id(), session);
                } catch (IOException | IllegalArgumentException | JacksonException e) {
                    // Half of a session that a crash left; whoever sends it begins again.
                    log.warn("An upload can't be resumed: {}", e.toString());
                    Files.deleteIfExists(form);
                }
            }
        }
    }

    /**
     * Asks to send a blob. An upload of the same blob that was broken off goes on.
     *
     * @param size of the whole blob in bytes
     * @throws ProblemException {@code request_too_large}, {@code queue_full} if too many uploads are open, or {@code store_unavailable} if the
     *     disk has no room for it
     */
    public Upload.Opened open(Sha256 digest, long size) throws IOException {
        Upload.Opened opened = opened(digest, size);
        return opened instanceof Upload.Opened.Going(Upload upload, boolean isNew)
                ? new Upload.Opened.Going(isNew ? upload : settled(upload.id()), isNew)
                : opened;
    }

    private synchronized Upload.Opened opened(Sha256 digest, long size) throws IOException {
        Optional<Blob> present = claims.claim(digest);
        if (present.isPresent()) {
            return new Upload.Opened.Present(present.get());
        }
        long limit = settings.maxBlobSize().toBytes();
        if (size > limit) {
            throw new ProblemException(
                    Problem.of(ProblemCode.REQUEST_TOO_LARGE, "A blob may have at most " + limit + " bytes."));
        }
        for (UploadSession session : sessions.values()) {
            if (session.isFor(digest, size)) {
                return new Upload.Opened.Going(session.view(settings.sessionExpiry()), false);
            }
        }
        sweep();
        requireRoom(size);
        UploadSession session =
                UploadSession.begin(UUID.randomUUID(), digest, size, store.staging(), clock.instant(), json);
        sessions.put(session.id(), session);
        return new Upload.Opened.Going(session.view(settings.sessionExpiry()), true);
    }

    private void requireRoom(long size) {
        long staged = sessions.values().stream().mapToLong(UploadSession::size).sum();
        long most = settings.maxStaged().toBytes();
        if (sessions.size() >= settings.maxSessions() || staged > most - size) {
            throw new ProblemException(Problem.of(
                            ProblemCode.QUEUE_FULL,
                            sessions.size() + " uploads of " + staged + " bytes are open; the limits are "
                                    + settings.maxSessions() + " and " + most + ". Finish or delete some.")
                    .retryAfter(LATER));
        }
        long free = store.staging().folder().toFile().getUsableSpace();
        if (size > free - settings.minFree().toBytes()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.STORE_UNAVAILABLE,
                            "The registry's disk has " + free + " bytes left, of which "
                                    + settings.minFree().toBytes() + " stay free: too few for this blob.")
                    .retryAfter(LATER));
        }
    }

    /**
     * How far an upload is once nobody writes to it any more. A request that still does is ended: its connection broke, and the
     * registry has not noticed yet.
     *
     * @throws ProblemException {@code not_found}
     */
    public Upload settled(UUID id) throws IOException {
        UploadSession session = session(id);
        return session.alone(PATIENCE, null, _ -> session.view(settings.sessionExpiry()));
    }

    /**
     * How far an upload was when its last request ended.
     *
     * @throws ProblemException {@code not_found}
     */
    public Upload get(UUID id) {
        return session(id).view(settings.sessionExpiry());
    }

    /**
     * Appends. What came before the connection broke is kept.
     *
     * @param offset where the bytes begin
     * @throws ProblemException {@code conflict} if they don't begin where the upload ends
     */
    public Upload append(UUID id, long offset, UploadBody body) throws IOException {
        UploadSession session = session(id);
        return session.alone(PATIENCE, body.stop(), file -> {
            if (offset != file.size()) {
                throw new ProblemException(Problem.at(
                        ProblemCode.CONFLICT,
                        "Upload-Offset",
                        "The upload has " + file.size() + " bytes; send from there on, not from " + offset + "."));
            }
            try {
                file.append(body.bytes(), session.size());
            } finally {
                session.progressed(file.size(), clock.instant());
            }
            return session.view(settings.sessionExpiry());
        });
    }

    /**
     * Checks the digest and keeps the blob. The upload is gone afterwards, whether its bytes were right or wrong.
     *
     * @throws ProblemException {@code conflict} if bytes are missing, {@code digest_mismatch}
     */
    public Stored finish(UUID id) throws IOException {
        UploadSession session = session(id);
        return session.alone(PATIENCE, null, file -> {
            if (file.size() != session.size()) {
                throw new ProblemException(Problem.at(
                        ProblemCode.CONFLICT,
                        "Upload-Offset",
                        "The upload has " + file.size() + " of " + session.size() + " bytes."));
            }
            try {
                Stored stored = store.keep(session.digest(), file);
                end(session);
                return stored;
            } catch (ProblemException e) {
                end(session);
                throw e;
            }
        });
    }

    /**
     * Throws an upload away.
     *
     * @throws ProblemException {@code not_found}
     */
    public void abandon(UUID id) throws IOException {
        UploadSession session = session(id);
        session.alone(PATIENCE, null, _ -> {
            end(session);
            return id;
        });
    }

    /** Throws uploads away that rested too long; says how many. */
    public int sweep() throws IOException {
        Instant limit = clock.instant().minus(settings.sessionExpiry());
        int swept = 0;
        for (UploadSession session : sessions.values()) {
            if (session.isIdleSince(limit)) {
                abandon(session.id());
                swept++;
            }
        }
        return swept;
    }

    private void end(UploadSession session) throws IOException {
        sessions.remove(session.id());
        session.end();
    }

    private UploadSession session(UUID id) {
        UploadSession session = sessions.get(id);
        if (session == null) {
            throw unknown();
        }
        return session;
    }

    static ProblemException unknown() {
        return new ProblemException(Problem.at(
                ProblemCode.NOT_FOUND, "id", "There is no such upload; it ended or expired. Ask for a new one."));
    }
}
