// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.postgres.PostgresServer;
import dev.rivulet.cli.startup.ServiceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All parts on this machine: started in the order in which they need one another, side by side where they do not, and
 * stopped in the reverse order.
 */
final class Platform implements AutoCloseable {
    private static final Duration STOP_TIME = Duration.ofSeconds(8);
    /** Who is stopped together; the next stage is stopped when the one before it is. */
    private static final List<Set<Part>> STOP_STAGES = List.of(
            Set.of(Part.CONSOLE, Part.GATEWAY, Part.FEDERATION),
            Set.of(Part.INFERENCE, Part.MODEL_REGISTRY),
            Set.of(Part.CONFIG_SERVER),
            Set.of(Part.KAFKA, Part.POSTGRES));

    private final RivuletHome home;
    private final Settings settings;
    private final Launches launches;
    private final Progress progress;
    private final ProcessGroup group;
    private final Training training;
    private final Map<Part, ManagedPart> parts = new ConcurrentHashMap<>();
    private final Map<Part, ServiceImage> images = new ConcurrentHashMap<>();

    Platform(RivuletHome home, Settings settings, Launches launches, Progress progress) {
        this.home = home;
        this.settings = settings;
        this.launches = launches;
        this.progress = progress;
        this.group = new ProcessGroup(new Guardian(home.run()));
        this.training = new Training(home, group, progress);
    }

    /** Starts the wanted parts that the first token needs, and returns when all of them are ready. */
    void start(Set<Part> wanted) throws InterruptedException, IOException {
        List<Task> first = new ArrayList<>();
        if (wanted.contains(Part.KAFKA)) {
            first.add(() -> run(launches.kafka()));
        }
        if (wanted.contains(Part.POSTGRES)) {
            first.add(this::startPostgres);
        }
        List<Part> services = services(wanted, false);
        services.forEach(part -> first.add(() -> images.put(part, unpack(part))));
        Parallel.run(first);
        if (wanted.contains(Part.CONFIG_SERVER)) {
            Parallel.run(List.of(() -> startService(Part.CONFIG_SERVER)));
        }
        Parallel.run(services.stream()
                .filter(part -> part != Part.CONFIG_SERVER)
                .map(part -> (Task) () -> startService(part))
                .toList());
    }

    /** Starts the wanted parts that no token waits for, and returns when all of them are ready. */
    void startLater(Set<Part> wanted) throws InterruptedException {
        Parallel.run(services(wanted, true).stream()
                .map(part -> (Task) () -> startLater(part))
                .toList());
    }

    private void startLater(Part part) throws IOException, InterruptedException, SQLException {
        images.put(part, unpack(part));
        Optional<String> database = launches.laterDatabase(part);
        if (database.isPresent()) {
            launches.postgresServer().createDatabase(database.get());
        }
        startService(part);
    }

    private static List<Part> services(Set<Part> wanted, boolean later) {
        return wanted.stream()
                .filter(part -> part.kind() == Part.Kind.SERVICE && part.mayComeLater() == later)
                .sorted()
                .toList();
    }

    /** Makes the start-up caches that are missing, beside the running platform; returns when they are made. */
    void makeCaches(Set<Part> wanted) throws InterruptedException {
        if (!settings.aotCache()) {
            return;
        }
        try {
            training.run(wanted, images, launches);
        } catch (IOException e) {
            progress.skipped("start-up caches", "could not be made, starts go without: " + e.getMessage());
        }
    }

    private void startPostgres() throws IOException, InterruptedException, SQLException {
        PostgresServer server = launches.postgresServer();
        run(launches.postgres(server, server.prepare()));
        for (String database : launches.databases()) {
            server.createDatabase(database);
        }
    }

    private ServiceImage unpack(Part part) throws IOException, InterruptedException {
        Path jar = launches.builtJar(part);
        if (!Files.exists(jar)) {
            throw new UsageException(part.id() + " is not built: " + jar + " is missing. `./rivulet up` builds it; see"
                    + " target/rivulet-build.log for what went wrong.");
        }
        Path images = settings.aotFolder(home);
        ServiceImage image = ServiceImage.unpack(jar, images.resolve(part.id()), launches.jvm(part));
        if (images.startsWith(home.path())) {
            image.forgetOthers();
        }
        return image;
    }

    private void startService(Part part) throws IOException, InterruptedException {
        ServiceImage image = images.get(part);
        if (image == null) {
            throw new IllegalStateException(part.id() + " was not unpacked");
        }
        run(launches.service(part, image));
    }

    private void run(Launch launch) throws IOException, InterruptedException {
        ManagedPart part = new ManagedPart(launch, home, group, progress, settings.startTimeout());
        parts.put(launch.part(), part);
        part.start();
    }

    /** Waits for a while, or throws when stopping begins. */
    void pause(Duration time) throws InterruptedException {
        group.pause(time);
    }

    boolean isStopping() {
        return group.isStopping();
    }

    /** Stops everything, in bounded time; may be called at any moment and more than once. */
    @Override
    public void close() {
        group.beginStopping();
        try {
            for (Set<Part> stage : STOP_STAGES) {
                Parallel.run(parts.entrySet().stream()
                        .filter(entry -> stage.contains(entry.getKey()))
                        .map(entry -> (Task) () -> entry.getValue().stop(STOP_TIME))
                        .toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            group.close();
            PartRecord.delete(home, PartRecord.SUPERVISOR);
        }
    }
}
