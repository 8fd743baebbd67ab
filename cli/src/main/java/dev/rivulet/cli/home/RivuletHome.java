// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;

/**
 * The folder where one installation keeps everything: data, logs, secrets and who runs.
 *
 * @param path absolute path of the folder; it is made on demand and only its owner may enter it
 * @param checkout absolute path of the source tree whose build is run
 */
public record RivuletHome(Path path, Path checkout) {

    /** Takes {@code RIVULET_HOME}, or {@code .rivulet} in the checkout. */
    public static RivuletHome from(Map<String, String> environment, Path checkout) {
        String set = environment.getOrDefault("RIVULET_HOME", "");
        Path path = set.isBlank() ? checkout.resolve(".rivulet") : Path.of(set);
        return new RivuletHome(
                path.toAbsolutePath().normalize(), checkout.toAbsolutePath().normalize());
    }

    /** Makes the folders that every command needs. */
    public void create() {
        try {
            createPrivate(path);
            for (Path folder : new Path[] {data(), logs(), run()}) {
                createPrivate(folder);
            }
        } catch (IOException e) {
            throw new UsageException("Cannot make the folder " + path + ": " + e.getMessage()
                    + ". Set RIVULET_HOME to a folder that you may write.");
        }
    }

    private static void createPrivate(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    public Path data() {
        return path.resolve("data");
    }

    public Path logs() {
        return path.resolve("logs");
    }

    public Path log(Part part) {
        return logs().resolve(part.id() + ".log");
    }

    /** Where running parts are recorded, one file a part. */
    public Path run() {
        return path.resolve("run");
    }

    /** The first API key; only the owner may read it. */
    public Path apiKey() {
        return path.resolve("api-key");
    }

    public Path settingsFile() {
        return path.resolve("rivulet.properties");
    }

    /**
     * Takes the lock that one {@code up} holds as long as it runs. The system gives it back when the process ends, in
     * whatever way.
     *
     * @return the lock, or empty if another process holds it
     */
    public Optional<FileLock> lock() {
        try {
            FileChannel channel =
                    FileChannel.open(run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return Optional.ofNullable(lock);
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot lock " + run(), e);
        }
    }

    /** Whether an {@code up} holds the lock now. */
    public boolean locked() {
        if (!Files.isDirectory(run())) {
            return false;
        }
        Optional<FileLock> lock = lock();
        lock.ifPresent(held -> {
            try {
                held.acquiredBy().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return lock.isEmpty();
    }
}
