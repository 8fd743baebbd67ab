// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Random secrets in files that only their owner may read. A secret is made once and then kept.
 *
 * @param home where the files are
 * @param random a source fit for keys
 */
public record Secrets(RivuletHome home, RandomGenerator random) {
    private static final int SECRET_BYTES = 32;

    /** The first API key, {@code rvk_} and 43 letters. */
    public String apiKey() {
        return keep(home.apiKey(), "rvk_");
    }

    /** The bearer token that services show one another. */
    public String internalToken() {
        return keep(home.path().resolve("internal-token"), "");
    }

    /** Password of the database's owner. */
    public String databasePassword() {
        return keep(databasePasswordFile(), "");
    }

    public Path databasePasswordFile() {
        return home.path().resolve("database-password");
    }

    /** SHA-256 of a secret in hexadecimal: what the gateway stores instead of the key. */
    public static String sha256(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** One at a time: parts that start side by side ask for the same secret. */
    private String keep(Path file, String prefix) {
        synchronized (Secrets.class) {
            return readOrMake(file, prefix);
        }
    }

    private String readOrMake(Path file, String prefix) {
        try {
            if (!Files.exists(file)) {
                byte[] bytes = new byte[SECRET_BYTES];
                random.nextBytes(bytes);
                write(file, prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            }
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new UsageException(file + " is empty: delete it and the next start makes a new one.");
            }
            return secret;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep a secret in " + file, e);
        }
    }

    private static void write(Path file, String secret) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), onlyOwner())) {
            channel.write(ByteBuffer.wrap(secret.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileAttribute<?>[] onlyOwner() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
