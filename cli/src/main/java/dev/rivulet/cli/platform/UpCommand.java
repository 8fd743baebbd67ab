// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the platform and keeps it running until Ctrl-C. */
@Command(
        name = "up",
        description = "Start the whole platform on this machine and keep it running until Ctrl-C.",
        footerHeading = "%nSettings%n",
        footer = {
            "  Each is a variable of the environment or a line of $RIVULET_HOME/rivulet.properties;",
            "  the environment wins. Every address is on the loopback interface; port 0 takes a free one.",
            "",
            "  variable                          in the file              default",
            "  RIVULET_HOME                                               .rivulet in the checkout",
            "  RIVULET_GATEWAY_PORT              gateway.port             7100",
            "  RIVULET_CONSOLE_PORT              console.port             7101",
            "  RIVULET_REGISTRY_PORT             registry.port            7102",
            "  RIVULET_INFERENCE_PORT            inference.port           7103",
            "  RIVULET_CONFIG_PORT               config.port              7105",
            "  RIVULET_FEDERATION_PORT           federation.port          7106",
            "  RIVULET_POSTGRES_PORT             postgres.port            7132",
            "  RIVULET_KAFKA_PORT                kafka.port               7192",
            "  RIVULET_KAFKA_CONTROLLER_PORT     kafka.controller-port    7193",
            "  RIVULET_GATEWAY_HEAP              gateway.heap             192m  (likewise console, registry,",
            "                                                             federation, inference 320m, config 128m,",
            "                                                             kafka 160m)",
            "  RIVULET_GATEWAY_JAVA_OPTIONS      gateway.java-options     (likewise the others) the second compiler",
            "                                                             late: gateway, inference; not at all:",
            "                                                             kafka, config, registry, federation,",
            "                                                             console",
            "  RIVULET_START_TIMEOUT_SECONDS     start-timeout-seconds    180, for each part",
            "  RIVULET_AOT_CACHE                 aot-cache                on; off starts without JVM caches",
            "  RIVULET_AOT_FOLDER                aot-folder               $RIVULET_HOME/aot",
            "",
            "  Data, logs and keys are below $RIVULET_HOME; delete it to begin afresh."
        })
public final class UpCommand implements Callable<Integer> {
    private final Context context;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "Start these parts alone, for instance kafka,postgres.")
    private List<String> only = List.of();

    public UpCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        RivuletHome home = context.home();
        checkBuilt(home);
        home.create();
        Settings settings = Settings.of(home, context.environment());
        Progress progress = new Progress(context.out());
        FileLock lock = home.lock().orElseThrow(() -> new UsageException(alreadyUp(home)));
        try (FileChannel held = lock.channel()) {
            Leftovers.stop(home, progress);
            Set<Part> parts = wanted(home, progress);
            Launches launches = launches(home, settings, Ports.choose(parts, settings));
            try (Platform platform = new Platform(home, settings, launches, progress)) {
                return run(platform, parts, launches, progress);
            }
        }
    }

    /** Services come from a checkout; where there is none of them, nothing is made and nothing is started. */
    private void checkBuilt(RivuletHome home) {
        boolean any = Arrays.stream(Part.values())
                .filter(part -> part.kind() == Part.Kind.SERVICE)
                .anyMatch(part -> Launches.exists(home, part));
        if (only.isEmpty() && !any) {
            throw new UsageException(
                    "There are no built services below " + home.checkout()
                            + ". Run ./rivulet up in a checkout, which builds them; this command alone speaks to a platform that runs.");
        }
    }

    private static Launches launches(RivuletHome home, Settings settings, Ports ports) {
        Secrets secrets = new Secrets(home, new SecureRandom());
        secrets.apiKey();
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        return new Launches(home, settings, ports, secrets, client);
    }

    private int run(Platform platform, Set<Part> parts, Launches launches, Progress progress)
            throws InterruptedException, IOException {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread stop = new Thread(() -> stop(platform, stopped), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            record(context.home(), parts);
            platform.start(parts);
            Optional<String> model = new FirstModels(launches, progress).register(parts, platform);
            platform.startLater(parts);
            new Welcome(context.home(), launches, progress).say(parts, model);
            platform.makeCaches(parts);
            stopped.await();
        } catch (StartException | UsageException e) {
            if (!platform.isStopping()) {
                context.err().println("rivulet: " + e.getMessage());
                context.err().println("rivulet: stopping what was started");
            }
        } catch (ProcessGroup.StoppingException e) {
            stopped.await();
        }
        return 1;
    }

    private void stop(Platform platform, CountDownLatch stopped) {
        if (!platform.isStopping()) {
            context.out().println();
            context.out().println("  stopping …");
        }
        platform.close();
        context.out()
                .println("✓ everything is stopped; the data is kept in "
                        + context.home().data());
        context.out().flush();
        stopped.countDown();
    }

    private static String alreadyUp(RivuletHome home) {
        String who = PartRecord.read(home, PartRecord.SUPERVISOR)
                .map(record -> " (process " + record.pid() + ")")
                .orElse("");
        return "The platform of " + home.path() + " is already up" + who
                + ". `./rivulet status` shows it, `./rivulet down` stops it; for a second one set RIVULET_HOME and other"
                + " ports.";
    }

    private static void record(RivuletHome home, Set<Part> parts) {
        PartRecord.of(PartRecord.SUPERVISOR, ProcessHandle.current(), "", 0).write(home);
        try {
            Files.write(wantedFile(home), parts.stream().map(Part::id).toList());
        } catch (IOException e) {
            throw new UsageException("Cannot write below " + home.run() + ": " + e.getMessage());
        }
    }

    /** Names of the parts that the last {@code up} was to start. */
    static Path wantedFile(RivuletHome home) {
        return home.run().resolve("parts");
    }

    private Set<Part> wanted(RivuletHome home, Progress progress) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : only) {
            parts.add(Part.named(name)
                    .orElseThrow(() -> new UsageException(
                            "There is no part " + name + ". Parts are " + String.join(", ", Part.ids()) + ".")));
        }
        if (parts.isEmpty()) {
            parts.addAll(EnumSet.allOf(Part.class));
        }
        parts.removeIf(part -> {
            boolean missing = !Launches.exists(home, part);
            if (missing) {
                progress.skipped(part.id(), "is not in this build");
            }
            return missing;
        });
        return parts;
    }
}
