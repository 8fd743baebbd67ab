// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.loop;

import static dev.rivulet.cli.models.Said.JSON;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.federate.DemoDevices;
import dev.rivulet.cli.federate.RoundReport;
import dev.rivulet.cli.federate.Watch;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows the closed loop, from people's feedback to a version that serves them, and what becomes of a poisoned one. */
@Command(
        name = "loop",
        description = {
            "Three houses whose people speak words of their own correct the built-in assistant; agents train adapters on what",
            "each house keeps, a federation sums them under masks, the version goes through a canary, and what people and",
            "held-out questions say of it decides. Then one house does harm, and its version is taken back. Needs a running",
            "platform (./rivulet up)."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The learnt version was promoted, and the poisoned one rolled back.",
            "1:It could not be run; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:A rollout ended otherwise."
        })
public final class LoopCommand implements Callable<Integer> {

    private static final String PROGRAM = "dev.rivulet.buildings.loop.LoopProgram";
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int OTHERWISE = 3;
    private static final String POISONED = "-poisoned";

    private final Context context;

    @Option(names = "--rounds", defaultValue = "6", description = "Rounds of the federation (default 6).")
    private int rounds;

    @Option(names = "--daily", defaultValue = "120", description = "What is said in each house (default 120).")
    private int daily;

    @Option(names = "--held-out", defaultValue = "32", description = "Held-out sayings of each house (default 32).")
    private int heldOut;

    @Option(names = "--seed", defaultValue = "1", description = "Of sayings and people (default 1).")
    private long seed;

    @Option(
            names = "--noise",
            defaultValue = "1",
            description = "Noise of each step of training in units of the clip (default 1); 0 for none.")
    private double noise;

    @Option(names = "--json", description = JSON)
    private boolean json;

    public LoopCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (rounds < 1 || daily < 8 || heldOut < 8 || !(noise >= 0)) {
            throw new UsageException("Give 1 round or more, 8 sayings or more of each kind, and noise of 0 or more.");
        }
        Path models = context.home().checkout().resolve("models");
        List<String> arguments = List.of(
                "--models",
                models.toString(),
                "--daily",
                "" + daily,
                "--held-out",
                "" + heldOut,
                "--seed",
                "" + seed,
                "--noise",
                "" + noise);
        try (LoopPlatform platform = LoopPlatform.of(context);
                DemoDevices houses = DemoDevices.start(context.home().checkout(), PROGRAM, arguments)) {
            return run(platform, houses);
        }
    }

    private int run(LoopPlatform platform, DemoDevices houses) throws InterruptedException, IOException {
        LoopReport report = new LoopReport(context, json);
        JsonNode prepared = houses.said("prepared");
        String name = "loop-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        report.begin(name, prepared);
        platform.model(name);
        try {
            Map<String, Object> keys = new LinkedHashMap<>();
            for (JsonNode house : prepared.path("houses")) {
                keys.put(house.asString(), platform.key(name + "-" + house.asString()));
            }
            done(houses, Map.of("do", "meet", "gateway", platform.gatewayUrl(), "model", name, "keys", keys));
            report.measured("before", done(houses, Map.of("do", "measure")));
            report.day(done(houses, Map.of("do", "live")));
            return rounds(platform, houses, prepared, name, report);
        } finally {
            platform.revokeKeys();
            platform.retire(name);
        }
    }

    private int rounds(LoopPlatform platform, DemoDevices houses, JsonNode prepared, String name, LoopReport report)
            throws InterruptedException, IOException {
        LoopSettings settings = new LoopSettings(prepared.path("houses").size(), rounds, report.floor());
        RoundReport last = federated(platform, houses, prepared, name, "", settings, report);
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("do", "values");
        version.put("version", last.version());
        version.put("sha256", last.sha256());
        ObjectNode from = prepared.asObject().deepCopy();
        from.set("model", done(houses, version).path("model"));
        report.spent(done(houses, Map.of("do", "leave")));
        Decided learnt = decided(platform, houses, name);
        report.rollout("learnt", learnt.rollout(), learnt.verdicts());
        report.measured("after", done(houses, Map.of("do", "measure")));

        String harmed = prepared.path("houses").path(0).asString();
        LoopSettings once = new LoopSettings(settings.houses(), 1, report.floor());
        String poisoned = name + POISONED;
        federated(platform, houses, from, poisoned, harmed, once, report);
        done(houses, Map.of("do", "leave"));
        Decided harmful = decided(platform, houses, poisoned);
        report.rollout("poisoned", harmful.rollout(), harmful.verdicts());
        report.forgotten(done(houses, Map.of("do", "forget")));
        report.end(platform.champion(name));
        return learnt.is("promoted") && harmful.is("rolled_back") ? 0 : OTHERWISE;
    }

    /**
     * How a rollout ended.
     *
     * @param verdicts what was said of each version while it went on
     */
    private record Decided(JsonNode rollout, JsonNode verdicts) {
        boolean is(String state) {
            return rollout.path("state").asString("").equals(state);
        }
    }

    /** A federation from its making to its last round; its last version is published with a rollout. */
    private RoundReport federated(
            LoopPlatform platform,
            DemoDevices houses,
            JsonNode prepared,
            String name,
            String harmed,
            LoopSettings settings,
            LoopReport report)
            throws InterruptedException, IOException {
        Map<String, Object> federation = new LinkedHashMap<>();
        federation.put("name", name);
        federation.put("tensors", prepared.path("tensors"));
        federation.put("model", prepared.path("model").asString());
        federation.put("settings", settings.federation());
        federation.put("running", false);
        platform.federations().create(federation);
        String model = harmed.isEmpty() ? name : name.substring(0, name.length() - POISONED.length());
        Map<String, Object> adapter = new LinkedHashMap<>();
        adapter.put("base", "1");
        prepared.path("adapter").properties().forEach(each -> adapter.put(each.getKey(), each.getValue()));
        Map<String, Object> publish = new LinkedHashMap<>();
        publish.put("model", model);
        publish.put("every", settings.rounds());
        publish.put("rollout", settings.rollout());
        publish.put("adapter", adapter);
        platform.federations().publish(name, publish);
        String token = platform.federations()
                .token(name, settings.houses(), null)
                .path("token")
                .asString();
        done(houses, Map.of("do", "enrol", "federation", platform.federationUrl(), "token", token, "poisoned", harmed));
        platform.federations().change(name, "start");
        RoundReport[] last = new RoundReport[1];
        JsonNode end = new Watch(platform.federations(), name, LOOK).untilStopped(1, round -> {
            report.round(harmed, round);
            last[0] = round.version() == null ? last[0] : round;
        });
        if (last[0] == null || end.path("stopped").asString("").equals("failing")) {
            throw new UsageException(
                    "The federation made no version; `./rivulet federate report " + name + "` tells why.");
        }
        return last[0];
    }

    /** People go on talking until the rollout of a federation's version has ended. */
    private static Decided decided(LoopPlatform platform, DemoDevices houses, String federation)
            throws InterruptedException, IOException {
        String rollout = platform.rollout(federation);
        done(houses, Map.of("do", "judge"));
        JsonNode ended = platform.ended(rollout);
        return new Decided(ended, done(houses, Map.of("do", "rest")));
    }

    private static JsonNode done(DemoDevices houses, Map<String, ?> wish) throws IOException {
        houses.tell(wish);
        return houses.said("done");
    }
}
