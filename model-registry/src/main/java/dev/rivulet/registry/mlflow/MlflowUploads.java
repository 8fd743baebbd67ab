// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.BlobClaims;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.Sha256;
import dev.rivulet.registry.catalog.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Takes files that come without a digest: they are written beside the blobs, hashed on their way and then put as any blob. Until
 * then they lie encrypted with a key that only this process has. What
 * no version took in time is forgotten with the next upload, and its bytes are then as free as those of any other blob.
 */
@Component
public class MlflowUploads {

    private static final int BUFFER = 64 * 1024;

    private final UploadStore store;
    private final BlobStore blobs;
    private final BlobClaims claims;
    private final TransactionOperations transactions;
    private final MlflowSettings settings;
    private final Path incoming;
    private final long maxBytes;
    private final Semaphore running;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    MlflowUploads(
            UploadStore store,
            BlobStore blobs,
            BlobClaims claims,
            TransactionOperations transactions,
            MlflowSettings settings,
            ArtifactsSettings artifacts,
            Clock clock) {
        this.store = store;
        this.blobs = blobs;
        this.claims = claims;
        this.transactions = transactions;
        this.settings = settings;
        this.incoming = artifacts.folder().resolve("incoming");
        this.maxBytes = artifacts.maxBlobSize().toBytes();
        this.running = new Semaphore(settings.maxUploads());
        this.clock = clock;
    }

    /**
     * Keeps a file of a folder.
     *
     * @throws ProblemException {@code invalid_value} for a path no version may have, {@code request_too_large},
     *     {@code queue_full} or {@code conflict} over a limit
     */
    public void put(String folder, String path, InputStream bytes) throws IOException {
        checkFolder(folder);
        String checked = ModelFile.checkedPath(path, "path");
        checkRoom(folder);
        if (!running.tryAcquire()) {
            throw new ProblemException(Problem.of(
                            ProblemCode.QUEUE_FULL,
                            settings.maxUploads() + " uploads are under way, which is the limit; try again.")
                    .retryAfter(Duration.ofSeconds(2)));
        }
        Path part = Files.createDirectories(incoming).resolve(UUID.randomUUID() + ".part");
        try {
            PassingKey key = PassingKey.random(random);
            Sha256 digest = receive(bytes, key.writing(Files.newOutputStream(part)));
            long size = Files.size(part);
            // One that is there already stays until a version can name it.
            claims.claim(digest);
            try (InputStream received = key.reading(Files.newInputStream(part))) {
                blobs.put(digest, received, maxBytes);
            }
            transactions.executeWithoutResult(
                    _ -> store.put(folder, new ModelFile(checked, digest, size), clock.instant()));
        } finally {
            running.release();
            Files.deleteIfExists(part);
        }
    }

    /** The files of a folder by path; none if there is no such folder. */
    public List<ModelFile> files(String folder) {
        checkFolder(folder);
        return store.files(folder);
    }

    /** Forgets a folder, once a version has its files. */
    void taken(String folder) {
        store.forget(folder);
    }

    private void checkRoom(String folder) {
        Instant oldest = clock.instant().minus(settings.keepUploads());
        transactions.executeWithoutResult(_ -> {
            store.forgetBefore(oldest);
            if (store.count(folder) >= settings.maxFiles() || store.count() >= settings.maxWaiting()) {
                throw new ProblemException(Problem.at(
                        ProblemCode.CONFLICT,
                        "path",
                        "At most " + settings.maxFiles() + " files of one folder, " + settings.maxWaiting()
                                + " of all, may wait for a version that takes them."));
            }
        });
    }

    private Sha256 receive(InputStream bytes, OutputStream part) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (OutputStream out = new DigestOutputStream(part, sha256)) {
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                size += read;
                if (size > maxBytes) {
                    throw new ProblemException(Problem.of(
                            ProblemCode.REQUEST_TOO_LARGE, "A file may have at most " + maxBytes + " bytes."));
                }
                out.write(buffer, 0, read);
            }
        }
        return new Sha256(HexFormat.of().formatHex(sha256.digest()));
    }

    private static void checkFolder(String folder) {
        if (!Source.Forms.FOLDER.matcher(folder).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    "path",
                    "Upload to uploads/<folder>; the folder has the form " + Source.Forms.FOLDER.pattern() + "."));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
