// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.http.ApiException;
import dev.rivulet.cli.http.TransferProgress;
import dev.rivulet.cli.hub.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Takes blobs from the registry into files. What has come of a file lies beside its name as {@code NAME.part}; the name itself
 * appears when all bytes are there and their digest is right. However a process ends, the next goes on from the part.
 *
 * @param api the registry
 * @param patience with connections that break
 * @param progress told of every byte
 */
record BlobDownload(Api api, Patience patience, TransferProgress progress) {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int BUFFER = 1 << 16;
    private static final int PARTIAL = 206;
    private static final int BUSY = 429;
    private static final int FAULT = 500;

    /** Takes one file; one that is there with the same bytes is left as it is. */
    void take(String sha256, long size, Path file) throws IOException, InterruptedException {
        if (Files.isRegularFile(file)) {
            if (Files.size(file) != size || !digest(file).equals(sha256)) {
                throw new UsageException(file + " is there with other bytes, and is not written over. Move it away, or"
                        + " name another folder.");
            }
            progress.skip(size);
            return;
        }
        Files.createDirectories(file.toAbsolutePath().normalize().resolveSibling(""));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        progress.skip(length(part));
        patience.tried(file.getFileName().toString(), () -> length(part), () -> {
            receive("/api/blobs/" + sha256, size, part);
            return part;
        });
        if (!digest(part).equals(sha256)) {
            Files.delete(part);
            throw new UsageException(file.getFileName() + ": the bytes that came are not those that the registry lists"
                    + " (their digest differs); they were thrown away. Ask for it again.");
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void receive(String path, long size, Path part) throws IOException, InterruptedException {
        long have = length(part);
        if (have >= size && Files.exists(part)) {
            return;
        }
        Api.Opened answer = opened(path, have);
        try (InputStream body = answer.body()) {
            boolean goesOn = have > 0 && answer.status() == PARTIAL;
            if (!goesOn) {
                progress.advance(-have);
            }
            copy(body, part, goesOn);
        }
        if (length(part) != size) {
            throw new IOException("the connection ended after " + length(part) + " of " + size + " bytes");
        }
    }

    private Api.Opened opened(String path, long have) throws IOException, InterruptedException {
        try {
            return api.open(path, have, ANSWER);
        } catch (ApiException e) {
            if (e.status() == BUSY || e.status() >= FAULT) {
                throw new IOException(e.getMessage(), e);
            }
            throw e;
        }
    }

    private void copy(InputStream body, Path part, boolean append) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                out.write(buffer, 0, read);
                progress.advance(read);
            }
        }
    }

    private static long length(Path part) throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
