// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.backup;

import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a backup holds.
 *
 * @param format of this file; {@link #FORMAT}
 * @param rivulet version that wrote it
 * @param made when
 * @param entries folders before what is in them
 */
record Manifest(int format, String rivulet, Instant made, List<Entry> entries) {
    static final int FORMAT = 1;
    static final String FILE = "manifest.json";

    private static final int MOST_ENTRIES = 2_000_000;
    private static final JsonMapper JSON = new JsonMapper();

    Manifest {
        if (format != FORMAT) {
            throw new IllegalArgumentException("its form is " + format + ", and this Rivulet reads " + FORMAT);
        }
        if (entries.size() > MOST_ENTRIES) {
            throw new IllegalArgumentException("it lists more than " + MOST_ENTRIES + " files");
        }
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries) {
            if (!seen.add(entry.path())) {
                throw new IllegalArgumentException("it lists " + entry.path() + " twice");
            }
        }
        entries = List.copyOf(entries);
    }

    /**
     * A file or a folder.
     *
     * @param path below the home, with slashes
     * @param size in bytes; -1 for a folder
     * @param sha256 of a file's bytes in hexadecimal; empty for a folder
     * @param permissions as in {@code rwx------}; empty where the system has none
     */
    record Entry(String path, long size, String sha256, String permissions) {
        Entry {
            Path normal = Path.of(path).normalize();
            if (path.isEmpty()
                    || normal.isAbsolute()
                    || normal.startsWith("..")
                    || !normal.toString().equals(path)) {
                throw new IllegalArgumentException(
                        "the path \"" + path.replaceAll("\\p{C}", "?") + "\" leads elsewhere");
            }
        }

        boolean folder() {
            return size < 0;
        }
    }

    long bytes() {
        return entries.stream().mapToLong(entry -> Math.max(0, entry.size())).sum();
    }

    long files() {
        return entries.stream().filter(entry -> !entry.folder()).count();
    }

    void write(Path folder) throws IOException {
        Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this));
    }

    /** Reads it, and refuses what this program did not write. */
    static Manifest read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new UsageException(folder + " is no backup: " + FILE
                    + " is missing. Name a folder that `./rivulet backup FOLDER` made.");
        }
        try {
            return JSON.readValue(Files.readString(file), Manifest.class);
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new UsageException(file + " can't be used: " + why + ". Take another backup.");
        }
    }
}
