// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.http.Api;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Drops what the registry makes from its events and makes it anew. */
@Command(
        name = "rebuild",
        description = {
            "Drop what the registry makes from its events, and make it anew: the tables of the catalogue, the history and the",
            "timeline of rollouts. Changes wait meanwhile, reading goes on. Says what was not as the events say; with --check",
            "it only looks. The exit code is 3 if anything was not.",
            "",
            "  ./rivulet models rebuild --check",
            ""
        })
public final class RebuildCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final int DIFFERED = 3;

    private final Context context;

    @Option(names = "--check", description = "Compare the catalogue with its events and change nothing.")
    private boolean check;

    @Option(names = "--json", description = Said.JSON)
    private boolean json;

    public RebuildCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Api api = ModelsCommand.registry(context)) {
            return check ? compared(api.get("/api/catalog/replay", PATIENCE)) : rebuilt(api);
        }
    }

    private int compared(JsonNode catalog) {
        if (json) {
            Said.line(context, catalog);
        } else {
            tell("catalogue", catalog.path("events").asLong(0), catalog.path("differences"));
        }
        return catalog.path("identical").asBoolean(false) ? 0 : DIFFERED;
    }

    private int rebuilt(Api api) throws InterruptedException {
        JsonNode catalog = api.send("POST", "/api/catalog/rebuild", Map.of(), PATIENCE);
        JsonNode rollouts = api.send("POST", "/api/rollouts/projections/rebuild", Map.of(), PATIENCE);
        boolean same = rollouts.path("identical").asBoolean(false);
        if (json) {
            Map<String, JsonNode> told = new LinkedHashMap<>();
            told.put("catalog", catalog);
            told.put("rollouts", rollouts);
            Said.line(context, told);
        } else {
            tell("catalogue", catalog.at("/after/events").asLong(0), catalog.path("mended"));
            context.out()
                    .println("✓ rollouts made anew from "
                            + rollouts.path("events").asLong(0) + " events"
                            + (same ? ", the same bytes as before" : ", not the same as before"));
        }
        return catalog.path("identical").asBoolean(false) && same ? 0 : DIFFERED;
    }

    private void tell(String what, long events, JsonNode differences) {
        String done = check ? " compared with " : " made anew from ";
        context.out()
                .println("✓ " + what + done + events + " changes"
                        + (differences.isEmpty() ? ", every row the same" : "; these rows were not the same:"));
        differences.forEach(row -> context.out().println("  " + row.asString("")));
    }
}
