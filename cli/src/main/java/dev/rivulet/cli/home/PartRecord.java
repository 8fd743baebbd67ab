// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of one running process, kept in {@code run/<name>.json} for other terminals.
 *
 * @param name id of the part, or {@link #SUPERVISOR}
 * @param pid process id
 * @param started when the process started
 * @param url where it answers
 * @param restarts how often it was started again since {@code up}
 */
public record PartRecord(String name, long pid, Instant started, String url, int restarts) {
    /** The process that runs {@code up}. */
    public static final String SUPERVISOR = "rivulet";

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration CLOCK_STEP = Duration.ofSeconds(2);

    /** Records a process that lives now. */
    public static PartRecord of(String name, ProcessHandle process, String url, int restarts) {
        Instant started = process.info().startInstant().orElseGet(Instant::now);
        return new PartRecord(name, process.pid(), started, url, restarts);
    }

    public void write(RivuletHome home) {
        Path file = home.run().resolve(name + ".json");
        Path fresh = home.run().resolve(name + ".json.new");
        try {
            Files.writeString(fresh, JSON.writeValueAsString(this));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    public static void delete(RivuletHome home, String name) {
        try {
            Files.deleteIfExists(home.run().resolve(name + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete the record of " + name, e);
        }
    }

    /** Reads the record of a part; empty if there is none or it cannot be read. */
    public static Optional<PartRecord> read(RivuletHome home, String name) {
        Path file = home.run().resolve(name + ".json");
        try {
            return Files.exists(file)
                    ? Optional.of(JSON.readValue(Files.readString(file), PartRecord.class))
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** The recorded process if it still lives; another process that got the same id does not count. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::sameStart);
    }

    private boolean sameStart(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(instant -> Duration.between(started, instant).abs().compareTo(CLOCK_STEP) < 0)
                .orElse(true);
    }
}
