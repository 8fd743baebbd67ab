// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One part while {@code up} runs: started, waited for, started again when it dies, stopped. */
final class ManagedPart {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration HEALTHY = Duration.ofSeconds(60);
    private static final int KILLED = 128;

    private final RivuletHome home;
    private final ProcessGroup group;
    private final Progress progress;
    private final InstantSource clock;
    private final Duration timeout;
    private Launch launch;
    private @Nullable Process process;
    private Instant started = Instant.EPOCH;
    private int restarts;

    ManagedPart(Launch launch, RivuletHome home, ProcessGroup group, Progress progress, Duration timeout) {
        this.launch = launch;
        this.home = home;
        this.group = group;
        this.progress = progress;
        this.timeout = timeout;
        this.clock = InstantSource.system();
    }

    String id() {
        return launch.part().id();
    }

    /**
     * Starts the part, waits until it is ready, and watches it from then on.
     *
     * @throws StartException if it ends or is not ready in time, with the end of its log
     */
    void start() throws IOException, InterruptedException {
        LogFile.rotate(home.log(launch.part()));
        try {
            spawnAndAwait();
        } catch (StartException e) {
            if (!launch.cached()) {
                throw e;
            }
            progress.failed(id(), "did not start with its start-up cache; trying without");
            launch = launch.withoutCache();
            spawnAndAwait();
        }
        progress.ready(id(), sinceStart(), launch.url().replaceFirst("^(kafka|postgresql)://", ""));
        Thread.ofVirtual().name("watch " + id()).start(this::watch);
    }

    /** Asks the part to end, and kills it when it does not. */
    void stop(Duration time) throws InterruptedException {
        Process running = current();
        if (running != null) {
            ProcessGroup.stop(running.toHandle(), launch.signal(), time);
        }
        PartRecord.delete(home, id());
    }

    private synchronized @Nullable Process current() {
        return process;
    }

    private Duration sinceStart() {
        return Duration.between(started, clock.instant());
    }

    private synchronized void spawn() throws IOException {
        started = clock.instant();
        Process fresh = group.spawn(
                launch.command(),
                launch.environment(),
                launch.folder(),
                home.log(launch.part()).toFile(),
                launch.signal());
        process = fresh;
        PartRecord.of(id(), fresh.toHandle(), launch.url(), restarts).write(home);
    }

    private void spawnAndAwait() throws IOException, InterruptedException {
        spawn();
        while (!launch.probe().ready()) {
            Process running = current();
            if (running == null || !running.isAlive()) {
                throw new StartException(id() + " " + ending(running) + " before it was ready", home, launch.part());
            }
            if (sinceStart().compareTo(timeout) > 0) {
                stop(Duration.ofSeconds(5));
                throw new StartException(
                        id() + " was not ready within " + timeout.toSeconds() + " s", home, launch.part());
            }
            group.pause(POLL);
        }
    }

    private void watch() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!group.isStopping()) {
                Process running = current();
                if (running != null) {
                    running.waitFor();
                }
                if (group.isStopping()) {
                    return;
                }
                pause = sinceStart().compareTo(HEALTHY) > 0 ? FIRST_PAUSE : pause;
                progress.failed(id(), ending(running) + "; starting it again in " + Progress.seconds(pause) + " s");
                group.pause(pause);
                pause = longer(pause);
                restart();
            }
        } catch (InterruptedException | ProcessGroup.StoppingException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart() throws InterruptedException {
        try {
            restarts++;
            spawnAndAwait();
            progress.ready(id(), sinceStart(), "again, " + launch.url());
        } catch (StartException | IOException e) {
            progress.failed(id(), String.valueOf(e.getMessage()));
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private static String ending(@Nullable Process ended) {
        if (ended == null || ended.isAlive()) {
            return "did not start";
        }
        int code = ended.exitValue();
        return code > KILLED ? "was ended by signal " + (code - KILLED) : "ended with code " + code;
    }
}
