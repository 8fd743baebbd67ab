// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.TransferProgress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;

/**
 * A model of the hub on its way to this machine: one commit, in a folder of its own, held by one process at a time. What was taken
 * stays there when the process ends before its work does.
 */
public final class HubModel implements AutoCloseable {
    private static final Duration STALL = Duration.ofSeconds(60);
    private static final long SPARE = 64L << 20;

    private final Hub hub;
    private final HubRepository repository;
    private final HubListing listing;
    private final Path folder;
    private final FileLock lock;

    private HubModel(Hub hub, HubRepository repository, HubListing listing, Path folder, FileLock lock) {
        this.hub = hub;
        this.repository = repository;
        this.listing = listing;
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Asks the hub which commit a revision is and what it holds, and takes the commit's folder.
     *
     * @param imports folder of all models that are on their way
     */
    public static HubModel open(Hub hub, HubRepository repository, Path imports)
            throws IOException, InterruptedException {
        HubListing listing = hub.list(repository);
        String name = repository.organisation() + "--" + repository.name() + "@" + listing.commit();
        Path folder = imports.resolve(name);
        Files.createDirectories(folder);
        return new HubModel(hub, repository, listing, folder, lock(imports.resolve(name + ".lock"), repository));
    }

    private static FileLock lock(Path file, HubRepository repository) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            // told below, like a lock of another process
        }
        channel.close();
        throw new UsageException("Another import of " + repository + " runs; wait until it ends.");
    }

    public String commit() {
        return listing.commit();
    }

    /** Where the files are. */
    public Path folder() {
        return folder;
    }

    /** Names of all files of the commit. */
    public List<String> names() {
        return listing.files().stream().map(HubFile::path).toList();
    }

    /**
     * Takes files; those that are there already stay.
     *
     * @param names of them, from {@link #names}
     * @param largest bytes that all of them together may have
     * @param progress makes what is told of every byte, for a number of bytes
     */
    public void take(List<String> names, long largest, LongFunction<TransferProgress> progress)
            throws IOException, InterruptedException {
        List<HubFile> files =
                names.stream().map(name -> listing.file(name).orElseThrow()).toList();
        long total = total(files);
        if (total > largest) {
            throw new UsageException(repository + " has " + (total >> 20) + " MiB, more than the " + (largest >> 20)
                    + " MiB that are allowed; --largest raises that.");
        }
        checkSpace(total);
        TransferProgress shown = progress.apply(total);
        Download download = new Download(hub, repository, listing.commit(), folder, STALL, shown);
        try {
            for (HubFile file : files) {
                download.take(file);
            }
        } finally {
            shown.end();
        }
    }

    private long total(List<HubFile> files) {
        long total = 0;
        for (HubFile file : files) {
            if (file.size() > Long.MAX_VALUE - total) {
                throw new HubException(repository + ": the hub lists sizes that no disk has.");
            }
            total += file.size();
        }
        return total;
    }

    private void checkSpace(long total) throws IOException {
        long there = 0;
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                there += Files.size(file);
            }
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (total - there > free - SPARE) {
            throw new UsageException("There is not enough room for " + repository + ": " + ((total - there) >> 20)
                    + " MiB are to come and " + (free >> 20) + " MiB are free at " + folder
                    + ". Free some, or set RIVULET_HOME to a larger disk.");
        }
    }

    @Override
    public void close() throws IOException {
        lock.acquiredBy().close();
    }
}
