package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.startup.ServiceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the ahead-of-time caches that are missing: each service is run once to the end of its set-up, beside nothing else
 * of it, and writes what it loaded. A cache appears whole or not at all, and no start depends on it.
 */
final class Training {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int WIDTH = 2;

    private final RivuletHome home;
    private final ProcessGroup group;
    private final Progress progress;

    Training(RivuletHome home, ProcessGroup group, Progress progress) {
        this.home = home;
        this.group = group;
        this.progress = progress;
    }

    void run(Map<Part, ServiceImage> images, Launches launches) throws InterruptedException {
        List<Task> missing = images.entrySet().stream()
                .filter(image -> !image.getValue().cached())
                .sorted(Map.Entry.comparingByKey())
                .map(image ->
                        (Task) () -> train(image.getKey(), image.getValue(), launches.environment(image.getKey())))
                .toList();
        if (!missing.isEmpty()) {
            progress.say("  making start-up caches, once for this build: every later start takes half the time");
            Parallel.run(missing, WIDTH);
        }
    }

    private void train(Part part, ServiceImage image, Map<String, String> environment)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Path log = home.logs().resolve(part.id() + "-cache.log");
        Files.deleteIfExists(log);
        Map<String, String> told = new HashMap<>(environment);
        told.put("SERVER_PORT", "0");
        Process process = group.spawn(image.trainingCommand(), told, home.path(), log.toFile(), "KILL");
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        if (group.isStopping()) {
            throw new ProcessGroup.StoppingException();
        }
        if (Files.exists(image.freshCache())) {
            image.keepFreshCache();
            progress.done(
                    part.id(), "cached in " + Progress.seconds(Duration.ofNanos(System.nanoTime() - begin)) + " s");
        } else {
            progress.skipped(part.id(), "no start-up cache was made (" + log + " says why); it starts without");
        }
    }
}
