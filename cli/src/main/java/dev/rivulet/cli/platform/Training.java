// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Folders;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.kafka.KafkaProgram;
import dev.rivulet.cli.startup.AotCache;
import dev.rivulet.cli.startup.ServiceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes the ahead-of-time caches that are missing: each service is run once to the end of its set-up, beside nothing else
 * of it, and writes what it loaded. A cache appears whole or not at all, and no start depends on it.
 */
final class Training {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int WIDTH = 1;

    private final RivuletHome home;
    private final ProcessGroup group;
    private final Progress progress;

    Training(RivuletHome home, ProcessGroup group, Progress progress) {
        this.home = home;
        this.group = group;
        this.progress = progress;
    }

    void run(Set<Part> wanted, Map<Part, ServiceImage> images, Launches launches)
            throws IOException, InterruptedException {
        List<Task> missing = new ArrayList<>();
        if (wanted.contains(Part.KAFKA)) {
            AotCache cache = launches.kafkaProgram().cache();
            missing.addAll(cache.isThere() ? List.of() : List.of(() -> trainKafka(cache, launches.kafkaProgram())));
        }
        images.entrySet().stream()
                .filter(image -> !image.getValue().cache().isThere())
                .sorted(Map.Entry.comparingByKey())
                .map(image -> (Task) () -> trainService(image.getKey(), image.getValue(), launches))
                .forEach(missing::add);
        if (!missing.isEmpty()) {
            progress.say("  making start-up caches beside it, once for this build; later starts are faster");
            Parallel.run(missing, WIDTH);
        }
    }

    private void trainService(Part part, ServiceImage image, Launches launches)
            throws IOException, InterruptedException {
        Map<String, String> environment = new HashMap<>(launches.environment(part));
        environment.put("SERVER_PORT", "0");
        train(part, image.cache(), image.training(), environment);
    }

    private void trainKafka(AotCache cache, KafkaProgram program) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory(program.caches(), "training");
        try {
            List<Integer> ports = Ports.free(2);
            train(Part.KAFKA, cache, program.training(data, ports.getFirst(), ports.getLast()), Map.of());
        } finally {
            Folders.delete(data);
        }
    }

    private void train(Part part, AotCache cache, List<String> program, Map<String, String> environment)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Path log = home.logs().resolve(part.id() + "-cache.log");
        Files.deleteIfExists(log);
        Process process = group.spawn(cache.training(program), environment, home.path(), log.toFile(), "KILL");
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        if (group.isStopping()) {
            throw new ProcessGroup.StoppingException();
        }
        if (cache.keepFresh()) {
            String time = Progress.seconds(Duration.ofNanos(System.nanoTime() - begin));
            progress.done(part.id(), "cached in " + time + " s");
        } else {
            progress.skipped(part.id(), "no start-up cache was made (" + log + " says why); it starts without");
        }
    }
}
