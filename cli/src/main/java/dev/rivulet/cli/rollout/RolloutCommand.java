// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.rollout;

import static dev.rivulet.cli.models.Said.JSON;
import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Said;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Starts, shows and changes rollouts. */
@Command(
        name = "rollout",
        description = {
            "Put a version of a model into the champion's place, step by step: replicas load it beside the champion, it",
            "serves 1, 10, 50 and then 100 of a hundred sessions, and each step is taken only when it is no worse than",
            "the champion in errors, refusals and times. A worse one is taken back by itself; without enough requests to",
            "tell, the rollout is paused. Where a command takes ROLLOUT, the name of a model means its newest rollout.",
            "",
            "  ./rivulet rollout start rivulet-assistant 2026-11 --steps 10,50,100",
            "  ./rivulet rollout status rivulet-assistant     # follows it; fails when it is taken back",
            "  ./rivulet rollout show rivulet-assistant",
            "  ./rivulet rollout abort rivulet-assistant --reason \"wrong tone\"",
            ""
        },
        synopsisSubcommandLabel = "start|list|status|show|pause|resume|advance|promote|abort")
public final class RolloutCommand {
    private static final String ROLLOUTS = "/api/rollouts";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ID_OR_MODEL = "Id of the rollout, or name of a model: its newest.";
    private static final String REASON = "Why, for those who read the timeline.";

    private final Context context;

    public RolloutCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "start",
            description = {
                "Begin to put VERSION in the champion's place.",
                "What is not given comes from the registry's settings."
            })
    int start(
            @Parameters(paramLabel = "MODEL", description = "Name of the model.") String model,
            @Parameters(paramLabel = "VERSION", description = "The version that is to be the champion.") String version,
            @Mixin PlanOptions plan,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        Map<String, Object> wanted = said(reason);
        wanted.put("model", model);
        wanted.put("candidate", version);
        plan.into(wanted);
        try (Api api = ModelsCommand.registry(context)) {
            show(api.send("POST", ROLLOUTS, wanted, PATIENCE), json);
        }
        return 0;
    }

    @Command(name = "list", description = "List rollouts, newest first.")
    int list(
            @Option(names = "--model", description = "Of one model alone.") @Nullable String model,
            @Option(names = "--active", description = "Only those that have not ended.") boolean active,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            JsonNode rollouts = listed(api, model, active, 100);
            if (json) {
                rollouts.forEach(this::line);
            } else {
                table(rollouts);
            }
        }
        return 0;
    }

    @Command(name = "show", description = "Show a rollout with what happened, why, and the numbers it was decided on.")
    int show(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            show(api.get(path(api, rollout), PATIENCE), json);
        }
        return 0;
    }

    @Command(name = "pause", description = "Take no step until `resume`; what is worse is still taken back.")
    int pause(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return change(rollout, "pause", reason, json);
    }

    @Command(name = "resume", description = "Take steps again; the step under way begins anew.")
    int resume(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return change(rollout, "resume", reason, json);
    }

    @Command(name = "advance", description = "Take the next step now, whatever the numbers say.")
    int advance(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return change(rollout, "advance", reason, json);
    }

    @Command(name = "promote", description = "Make the candidate the champion now, whatever the numbers say.")
    int promote(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return change(rollout, "promote", reason, json);
    }

    @Command(name = "abort", description = "Give the rollout up: the champion serves all again, at once.")
    int abort(
            @Parameters(paramLabel = "ROLLOUT", description = ID_OR_MODEL) String rollout,
            @Option(names = "--reason", description = REASON) @Nullable String reason,
            @Option(names = "--json", description = JSON) boolean json)
            throws InterruptedException {
        return change(rollout, "abort", reason, json);
    }

    private int change(String rollout, String action, @Nullable String reason, boolean json)
            throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            show(api.send("POST", path(api, rollout) + "/" + action, said(reason), PATIENCE), json);
        }
        return 0;
    }

    private Map<String, Object> said(@Nullable String reason) {
        return Said.by(context, reason);
    }

    private static JsonNode listed(Api api, @Nullable String model, boolean active, int limit)
            throws InterruptedException {
        String of = model == null ? "" : "&model=" + URLEncoder.encode(model, StandardCharsets.UTF_8);
        return api.get(ROLLOUTS + "?limit=" + limit + "&active=" + active + of, PATIENCE)
                .path("rollouts");
    }

    /** Path of a rollout at the registry, by its id or the name of its model. */
    static String path(Api api, String rollout) throws InterruptedException {
        if (rollout.matches("r-[0-9a-f]{16}")) {
            return ROLLOUTS + "/" + rollout;
        }
        JsonNode newest = listed(api, rollout, false, 1);
        if (newest.isEmpty()) {
            throw new UsageException("There is no rollout of " + rollout.replaceAll("\\p{C}", "?")
                    + ". `./rivulet rollout list` shows all, `./rivulet rollout start MODEL VERSION` begins one.");
        }
        return ROLLOUTS + "/" + newest.get(0).path("rollout").asString("");
    }

    private void line(JsonNode rollout) {
        Said.line(context, rollout);
    }

    private void table(JsonNode rollouts) {
        String row = "%-18s %-24s %-26s %-11s %4s  %s%n";
        context.out().printf(Locale.ROOT, row, "ROLLOUT", "MODEL", "VERSIONS", "STATE", "%", "REASON");
        for (JsonNode rollout : rollouts) {
            context.out()
                    .printf(
                            Locale.ROOT,
                            row,
                            text(rollout, "rollout"),
                            text(rollout, "model"),
                            text(rollout, "baseline") + " → " + text(rollout, "candidate"),
                            text(rollout, "state"),
                            text(rollout, "percent"),
                            text(rollout, "reason"));
        }
    }

    private void show(JsonNode rollout, boolean json) {
        if (json) {
            line(rollout);
            return;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s  %s %s → %s  %s, %s %% of the sessions%n",
                        text(rollout, "rollout"),
                        text(rollout, "model"),
                        text(rollout, "baseline"),
                        text(rollout, "candidate"),
                        text(rollout, "state"),
                        text(rollout, "percent"));
        for (JsonNode entry : rollout.path("timeline")) {
            JsonNode decision = entry.path("decision");
            context.out()
                    .printf(
                            Locale.ROOT,
                            "  %s  %-11s %3s %%  %s (%s)%n",
                            text(entry, "at"),
                            text(entry, "event"),
                            text(entry, "percent"),
                            text(decision, "reason"),
                            text(decision, "by"));
            decision.path("evidence").path("measures").forEach(this::measure);
        }
    }

    private void measure(JsonNode measure) {
        context.out()
                .printf(
                        Locale.ROOT,
                        "      %-13s candidate %-11s baseline %-11s limit %-11s p %-11s %s%n",
                        text(measure, "metric"),
                        text(measure, "candidate"),
                        text(measure, "baseline"),
                        text(measure, "limit"),
                        text(measure, "p_value"),
                        text(measure, "outcome").toLowerCase(Locale.ROOT));
    }
}
