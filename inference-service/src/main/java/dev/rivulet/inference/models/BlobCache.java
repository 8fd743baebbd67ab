// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.models;

import dev.rivulet.inference.models.BlobSource.Opened;
import dev.rivulet.inference.models.ModelManifest.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Blobs on disk under their SHA-256. What is there was checked; what is handed out is checked again. A download that breaks off
 * goes on where it stopped. Holds one buffer in memory, however large the blob.
 */
final class BlobCache {

    private static final int BUFFER = 1 << 16;

    /** Bytes after which a broken connection is worth another one at once. */
    private static final long WORTHWHILE = 1 << 20;

    private static final int MOST_RESUMES = 100;

    private final Path blobs;
    private final BlobSource source;

    BlobCache(Path folder, BlobSource source) {
        this.blobs = folder.resolve("blobs");
        this.source = source;
    }

    /**
     * The path of a blob, downloaded if it isn't here.
     *
     * @throws IOException if the registry can't be reached or its bytes don't match; another attempt may succeed
     */
    Path fetch(File file, URI registry) throws IOException {
        Path blob = blobs.resolve(file.sha256());
        if (Files.exists(blob)) {
            if (Files.size(blob) == file.size() && digest(blob).equals(file.sha256())) {
                return blob;
            }
            Files.delete(blob);
        }
        Files.createDirectories(blobs);
        download(file, registry, blobs.resolve(file.sha256() + ".part"), blob);
        return blob;
    }

    private void download(File file, URI registry, Path part, Path blob) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = lock(channel, part)) {
            MessageDigest digest = sha256();
            long have = resume(channel, digest, file);
            if (have < file.size() || file.size() == 0) {
                have = resuming(file, registry, channel, digest, have);
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (have != file.size() || !found.equals(file.sha256())) {
                channel.truncate(0);
                throw new IOException(file.path() + ": the registry sent " + have + " bytes with SHA-256 " + found
                        + ", expected " + file.size() + " bytes with " + file.sha256());
            }
            channel.force(true);
            Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static FileLock lock(FileChannel channel, Path part) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("this process downloads " + part.getFileName() + " already", e);
        }
        throw new IOException("another replica downloads " + part.getFileName() + " now");
    }

    private static long resume(FileChannel channel, MessageDigest digest, File file) throws IOException {
        if (channel.size() > file.size()) {
            channel.truncate(0);
        }
        InputStream existing = Channels.newInputStream(channel);
        byte[] buffer = new byte[BUFFER];
        long have = 0;
        for (int read = existing.read(buffer); read >= 0; read = existing.read(buffer)) {
            digest.update(buffer, 0, read);
            have += read;
        }
        return have;
    }

    /** A connection that breaks after it brought enough is made again at once; else whoever asked waits and asks again. */
    private long resuming(File file, URI registry, FileChannel channel, MessageDigest digest, long begun)
            throws IOException {
        long have = begun;
        for (int resumes = 0; ; resumes++) {
            try {
                return receive(file, registry, channel, digest, have);
            } catch (IOException e) {
                long came = channel.size() - have;
                if (came < WORTHWHILE || resumes == MOST_RESUMES) {
                    throw e;
                }
                have = channel.size();
            }
        }
    }

    private long receive(File file, URI registry, FileChannel channel, MessageDigest digest, long have)
            throws IOException {
        try (Opened opened = source.open(registry, file.sha256(), have)) {
            long total = opened.offset();
            if (opened.offset() != have) {
                digest.reset();
                channel.truncate(opened.offset());
            }
            channel.position(total);
            OutputStream out = Channels.newOutputStream(channel);
            byte[] buffer = new byte[BUFFER];
            for (int read = opened.bytes().read(buffer);
                    read >= 0;
                    read = opened.bytes().read(buffer)) {
                if (total + read > file.size()) {
                    channel.truncate(0);
                    throw new IOException(file.path() + ": the registry sends more than " + file.size() + " bytes");
                }
                write(out, buffer, read, channel, total);
                digest.update(buffer, 0, read);
                total += read;
            }
            return total;
        }
    }

    /** A disk that is full takes a part of what it is given, which was not digested: it goes again. */
    private static void write(OutputStream out, byte[] buffer, int length, FileChannel channel, long before)
            throws IOException {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            channel.truncate(before);
            throw e;
        }
    }

    /** Deletes the oldest blobs that aren't in use until the others fit. */
    void prune(long limit, Set<String> used) throws IOException {
        List<Path> oldestFirst;
        try (Stream<Path> files = Files.list(blobs)) {
            oldestFirst =
                    files.sorted(Comparator.comparingLong(BlobCache::modified)).toList();
        }
        long total =
                oldestFirst.stream().mapToLong(path -> path.toFile().length()).sum();
        for (Path blob : oldestFirst) {
            if (total > limit && !used.contains(blob.getFileName().toString())) {
                total -= blob.toFile().length();
                Files.deleteIfExists(blob);
            }
        }
    }

    private static long modified(Path path) {
        return path.toFile().lastModified();
    }

    private static String digest(Path path) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(path)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
