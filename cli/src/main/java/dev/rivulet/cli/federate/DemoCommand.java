// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static dev.rivulet.cli.models.Said.JSON;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.platform.EnvCommand;
import dev.rivulet.cli.platform.TemporaryPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Shows a federation of forty buildings, from nothing to a better model. */
@Command(
        name = "demo",
        description = {
            "Forty buildings, each with its own names and words, improve the built-in intent classifier together. Starts what it",
            "needs unless the platform runs, enrols the devices, runs the rounds and reports: seconds and bytes of a round, and",
            "the accuracy on held-out wordings of the classifier as it ships, of each building alone, of the federation, and of",
            "one model trained on all data, which a federation never brings together. Ctrl-C leaves nothing running."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The federation has made all versions.",
            "1:It could not be run; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:The federation failed: one round after another made no version."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int MOST_DEVICES = 400;

    private final Context context;

    @Option(
            names = "--devices",
            defaultValue = "40",
            description = "Buildings, 2 to " + MOST_DEVICES + " (default 40).")
    private int devices;

    @Option(names = "--rounds", defaultValue = "12", description = "Versions that are made (default 12).")
    private int rounds;

    @Option(names = "--seed", defaultValue = "1", description = "Of the buildings and their training (default 1).")
    private long seed;

    @Option(
            names = "--noise",
            defaultValue = "1",
            description = "Multiplier of the noise that devices add (default 1); 0 for none.")
    private double noise;

    @Option(names = "--plain", description = "Let the service see each update, without masks and noise.")
    private boolean plain;

    @Option(names = "--json", description = JSON)
    private boolean json;

    public DemoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (devices < 2 || devices > MOST_DEVICES || rounds < 1 || !(noise >= 0)) {
            throw new UsageException("Give 2 to " + MOST_DEVICES + " devices, 1 round or more and noise of 0 or more.");
        }
        context.home().create();
        try (DemoDevices fleet = DemoDevices.start(context.home().checkout(), devices, seed)) {
            context.err()
                    .println("  the buildings write down what is said in them, and the figures to be held against …");
            if (url() != null) {
                try (FederationCalls calls = FederationCalls.of(context)) {
                    return run(calls, fleet, String.valueOf(url()));
                }
            }
            try (TemporaryPlatform platform =
                    TemporaryPlatform.start(context, "federate-demo", EnumSet.of(Part.POSTGRES, Part.FEDERATION))) {
                return run(platform, fleet);
            }
        }
    }

    private int run(TemporaryPlatform platform, DemoDevices fleet) throws InterruptedException, IOException {
        try (FederationCalls calls = FederationCalls.at(platform.url(Part.FEDERATION), platform.token())) {
            return run(calls, fleet, platform.url(Part.FEDERATION));
        } catch (UsageException e) {
            if (platform.isStopping()) {
                throw new UsageException("stopped; nothing is left running");
            }
            throw e;
        }
    }

    /** Where a federation-service runs that may be used; null if none does. */
    private @Nullable String url() {
        String elsewhere = context.environment().getOrDefault("RIVULET_FEDERATION_URL", "");
        if (!elsewhere.isBlank()) {
            return elsewhere;
        }
        boolean up = PartRecord.read(context.home(), Part.FEDERATION.id())
                .flatMap(PartRecord::process)
                .isPresent();
        return up ? EnvCommand.url(context, Part.FEDERATION) : null;
    }

    private int run(FederationCalls calls, DemoDevices fleet, String url) throws InterruptedException, IOException {
        JsonNode prepared = fleet.said("prepared");
        String name = "demo-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        calls.create(federation(name, prepared));
        String token = calls.token(name, devices, null).path("token").asString();
        fleet.tell(Map.of("federation", url, "token", token));
        fleet.said("enrolled");
        DemoProgress progress = new DemoProgress(context, prepared, json, settings());
        progress.begin(name);
        calls.change(name, "start");
        JsonNode end =
                new Watch(calls, name, LOOK).untilStopped(1, round -> progress.over(round, measure(fleet, round)));
        String stopped = end.path("stopped").asString("stopped");
        Path file = last(fleet, progress, name);
        // Before the service ends: its devices would go on asking for it.
        fleet.close();
        progress.end(name, stopped, file);
        return stopped.equals("failing") ? WatchCommand.FAILED : 0;
    }

    private DemoSettings settings() {
        return new DemoSettings(devices, rounds, !plain, plain ? 0 : noise);
    }

    private Map<String, Object> federation(String name, JsonNode prepared) {
        Map<String, Object> federation = new LinkedHashMap<>();
        federation.put("name", name);
        federation.put("tensors", prepared.path("tensors"));
        federation.put("model", prepared.path("model").asString());
        federation.put("settings", settings().json());
        federation.put("running", false);
        return federation;
    }

    /** The version that a round made, measured; null if it made none. */
    private @Nullable JsonNode measure(DemoDevices fleet, RoundReport round) {
        if (round.version() == null) {
            return null;
        }
        try {
            fleet.tell(Map.of("version", round.version(), "sha256", round.sha256()));
            return fleet.said("measured");
        } catch (IOException e) {
            throw new UsageException("The devices are gone: " + e.getMessage());
        }
    }

    /** The last version as a file; null if none was made. */
    private @Nullable Path last(DemoDevices fleet, DemoProgress progress, String name) throws IOException {
        RoundReport made = progress.lastMade();
        if (made == null || made.version() == null) {
            return null;
        }
        Path folder = Files.createDirectories(context.home().path().resolve("federations"));
        Path file = folder.resolve(name + "-version-" + made.version() + ".safetensors");
        fleet.tell(Map.of("version", made.version(), "sha256", made.sha256(), "file", file.toString()));
        fleet.said("measured");
        return file;
    }
}
