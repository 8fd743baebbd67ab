package dev.rivulet.registry.artifacts.disk;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.artifacts.BlobStore;
import dev.rivulet.registry.artifacts.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * Blobs as files {@code blobs/ab/abcd…}. An upload grows in {@code incoming/}, is hashed on its way, forced to the disk and
 * then renamed: a crash leaves a partial file in {@code incoming/} alone, which the next start removes.
 */
final class DiskBlobStore implements BlobStore {

    private static final int BUFFER = 64 * 1024;

    private final Path blobs;
    private final Path incoming;

    DiskBlobStore(Path folder) throws IOException {
        this.blobs = Files.createDirectories(folder.resolve("blobs"));
        this.incoming = Files.createDirectories(folder.resolve("incoming"));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(incoming, "*.part")) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public Stored put(Sha256 digest, InputStream bytes, long maxBytes) throws IOException {
        Path part = incoming.resolve(UUID.randomUUID() + ".part");
        try {
            Received received = receive(bytes, part, maxBytes);
            if (!received.digest().equals(digest)) {
                throw new ProblemException(Problem.at(
                        ProblemCode.DIGEST_MISMATCH,
                        "sha256",
                        "The " + received.size() + " bytes received have the SHA-256 " + received.digest()
                                + ", not the one of the address; nothing is kept."));
            }
            boolean isNew = find(digest).isEmpty();
            if (isNew) {
                keep(part, digest);
            }
            return new Stored(new Blob(digest, received.size(), file(digest)), isNew);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    @Override
    public Optional<Blob> find(Sha256 digest) {
        Path file = file(digest);
        try {
            return Files.isRegularFile(file) ? Optional.of(new Blob(digest, Files.size(file), file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Received(Sha256 digest, long size) {}

    private static Received receive(InputStream bytes, Path part, long maxBytes) throws IOException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int read = bytes.read(buffer); read >= 0; read = bytes.read(buffer)) {
                size += read;
                if (size > maxBytes) {
                    throw new ProblemException(Problem.of(
                            ProblemCode.REQUEST_TOO_LARGE, "A blob may have at most " + maxBytes + " bytes."));
                }
                sha256.update(buffer, 0, read);
                writeFully(out, ByteBuffer.wrap(buffer, 0, read));
            }
            out.force(true);
        }
        return new Received(new Sha256(HexFormat.of().formatHex(sha256.digest())), size);
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** Two uploads of one blob may both come here: they rename equal bytes onto one name. */
    private void keep(Path part, Sha256 digest) throws IOException {
        Path folder = Files.createDirectories(folder(digest));
        if (!part.toFile().setReadOnly()) {
            throw new IOException("A blob can't be made read-only in " + incoming);
        }
        Files.move(part, file(digest), StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        force(blobs);
    }

    /** Makes the new name itself durable, where folders can be opened (not on Windows). */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The bytes are safe, only the name may be lost with the power: the caller then uploads again.
        }
    }

    private Path file(Sha256 digest) {
        return folder(digest).resolve(digest.hex());
    }

    private Path folder(Sha256 digest) {
        return blobs.resolve(digest.hex().substring(0, 2));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
