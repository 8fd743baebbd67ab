// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.rollout;

import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import dev.rivulet.cli.models.ModelsCommand;
import dev.rivulet.cli.models.Said;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Follows a rollout until it has ended, as {@code kubectl rollout status} does. */
@Command(
        name = "status",
        aliases = "watch",
        description = {
            "Follow a rollout until it has ended, a line for each change, and fail when it was taken back or given up. Ctrl-C",
            "ends the watching alone.",
            "",
            "  ./rivulet rollout status desk && echo \"desk is served\"",
            "  ./rivulet rollout status desk --watch=false",
            ""
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:The version is the champion; with --watch=false also: the rollout goes on.",
            "1:It could not be watched; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:The rollout was rolled back or aborted.",
            "4:It has not ended within --timeout-seconds."
        })
public final class StatusCommand implements Callable<Integer> {
    static final int FAILED = 3;
    static final int TIMED_OUT = 4;

    private static final Set<String> ENDED = Set.of("promoted", "rolled_back", "aborted");
    private static final Duration SHORTEST = Duration.ofMillis(20);

    private final Context context;

    @Parameters(paramLabel = "ROLLOUT", description = "Id of the rollout, or name of a model: its newest.")
    private String rollout = "";

    @Option(
            names = {"-w", "--watch"},
            arity = "0..1",
            defaultValue = "true",
            fallbackValue = "true",
            description = "Follow it to its end (default); --watch=false looks once.")
    private boolean watch;

    @Option(
            names = "--timeout-seconds",
            defaultValue = "0",
            description = "How long to follow it at most; 0 for as long as it takes (default).")
    private long timeoutSeconds;

    @Option(names = "--every", defaultValue = "500", description = "Milliseconds between two looks (default 500).")
    private int every;

    @Option(names = "--json", description = "Print the rollout at each change, one JSON object a line.")
    private boolean json;

    public StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (timeoutSeconds < 0) {
            throw new UsageException("--timeout-seconds " + timeoutSeconds + " is less than 0.");
        }
        try (Api api = ModelsCommand.registry(context)) {
            String path = RolloutCommand.path(api, rollout);
            long begun = System.nanoTime();
            String told = "";
            while (true) {
                JsonNode now = api.get(path, RolloutCommand.PATIENCE);
                String line = line(now);
                if (!line.equals(told)) {
                    tell(now, line);
                    told = line;
                }
                String state = text(now, "state");
                if (ENDED.contains(state)) {
                    return ended(now, state);
                }
                if (!watch) {
                    return 0;
                }
                if (timeoutSeconds > 0
                        && System.nanoTime() - begun
                                > Duration.ofSeconds(timeoutSeconds).toNanos()) {
                    return timedOut(now);
                }
                Thread.sleep(Math.max(SHORTEST.toMillis(), every));
            }
        }
    }

    private void tell(JsonNode now, String line) {
        if (json) {
            Said.line(context, now);
            return;
        }
        context.out().println(line);
        if (text(now, "state").equals("paused")) {
            String id = text(now, "rollout");
            context.err()
                    .println("It waits for somebody: `./rivulet rollout show " + id + "` has the numbers, `./rivulet"
                            + " rollout resume " + id + "` goes on, `./rivulet rollout abort " + id + "` gives it up.");
        }
        context.out().flush();
    }

    private static String line(JsonNode now) {
        return String.format(
                Locale.ROOT,
                "%s %s → %s: %s, %s %% of the sessions: %s",
                text(now, "model"),
                text(now, "baseline"),
                text(now, "candidate"),
                text(now, "state"),
                text(now, "percent"),
                text(now, "reason"));
    }

    private int ended(JsonNode now, String state) {
        if (state.equals("promoted")) {
            if (!json) {
                context.out().println("✓ " + text(now, "model") + " serves " + text(now, "candidate"));
            }
            return 0;
        }
        context.err()
                .println(
                        "✗ " + text(now, "model") + " serves " + text(now, "baseline") + " on. `./rivulet rollout show "
                                + text(now, "rollout") + "` has the numbers it was decided on.");
        return FAILED;
    }

    private int timedOut(JsonNode now) {
        context.err()
                .println("It has not ended within " + timeoutSeconds + " s and goes on. `./rivulet rollout status "
                        + text(now, "rollout") + "` follows it again.");
        return TIMED_OUT;
    }
}
