// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.disk;

import dev.rivulet.registry.artifacts.BlobBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects as read-only files {@code blobs/ab/abcd…}, renamed into place when they are whole and forced to the disk. */
final class DiskBackend implements BlobBackend {

    private static final int PREFIX = 2;

    private final Path blobs;
    private final Clock clock;

    /** @param folder made if it is not there; files that are put lie on its file system */
    DiskBackend(Path folder, Clock clock) throws IOException {
        this.blobs = Files.createDirectories(folder.resolve("blobs"));
        this.clock = clock;
    }

    /** Two uploads of one blob may both come here: they rename equal bytes onto one name. */
    @Override
    public void put(String name, Path file) throws IOException {
        Path folder = Files.createDirectories(folder(name));
        Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        if (!file.toFile().setReadOnly()) {
            throw new IOException("A blob can't be made read-only in " + file.getParent());
        }
        Files.move(file, file(name), StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        force(blobs);
    }

    @Override
    public Optional<Kept> find(String name) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file(name), BasicFileAttributes.class);
            return found.isRegularFile()
                    ? Optional.of(new Kept(
                            name, found.size(), found.lastModifiedTime().toInstant()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        FileChannel channel = FileChannel.open(file(name), StandardOpenOption.READ);
        channel.position(offset);
        return Channels.newInputStream(channel);
    }

    @Override
    public boolean delete(String name) throws IOException {
        return Files.deleteIfExists(file(name));
    }

    @Override
    public List<Kept> list(String after, int limit) throws IOException {
        List<Kept> found = new ArrayList<>();
        for (Path folder : sorted(blobs)) {
            String prefix = folder.getFileName().toString();
            if (found.size() < limit && prefix.compareTo(after.substring(0, Math.min(PREFIX, after.length()))) >= 0) {
                add(folder, after, limit, found);
            }
        }
        return found;
    }

    @Override
    public void check() throws IOException {
        if (!Files.isWritable(blobs)) {
            throw new IOException("the folder of the blobs can't be written");
        }
    }

    @Override
    public void tidy(Instant before) {
        // A rename leaves nothing behind.
    }

    private void add(Path folder, String after, int limit, List<Kept> found) throws IOException {
        for (Path file : sorted(folder)) {
            String name = file.getFileName().toString();
            if (found.size() < limit && name.compareTo(after) > 0) {
                find(name).ifPresent(found::add);
            }
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Makes the new name itself durable, where folders can be opened (not on Windows). */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // The bytes are safe, only the name may be lost with the power: the caller then uploads again.
        }
    }

    private Path file(String name) {
        return folder(name).resolve(name);
    }

    private Path folder(String name) {
        return blobs.resolve(name.substring(0, PREFIX));
    }
}
