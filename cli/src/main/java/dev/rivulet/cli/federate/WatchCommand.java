// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static dev.rivulet.cli.models.Said.JSON;

import dev.rivulet.cli.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows a federation round by round. */
@Command(
        name = "watch",
        description = {
            "Show each round when it is over, until no further one begins: who was asked, answered, was too slow or dropped",
            "out and why, kilobytes of an update, seconds, mean loss and accuracy of the round's base as far as devices say",
            "them, ε. Ctrl-C ends the watching alone."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:It has learnt enough, or somebody stopped it.",
            "1:It could not be watched; the message says what to mend.",
            "2:The command was written wrongly.",
            "3:The federation failed: one round after another made no version."
        })
public final class WatchCommand implements Callable<Integer> {
    static final int FAILED = 3;
    private static final int PLOT_LINES = 6;

    private final Context context;

    @Parameters(paramLabel = "NAME", description = "The federation.")
    private String name = "";

    @Option(names = "--from", defaultValue = "1", description = "First round that is shown (default 1).")
    private long from;

    @Option(names = "--every", defaultValue = "500", description = "Milliseconds between two looks (default 500).")
    private int every;

    @Option(names = "--json", description = JSON)
    private boolean json;

    public WatchCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            if (!json) {
                calls.get(name);
                context.out().println(RoundTable.head());
            }
            List<Double> accuracies = new ArrayList<>();
            JsonNode end = new Watch(calls, name, Duration.ofMillis(Math.max(50, every)))
                    .untilStopped(Math.max(1, from), round -> show(round, accuracies));
            String stopped = end.path("stopped").asString("stopped");
            if (!json) {
                context.out().print(Plot.of("accuracy of each round's base", accuracies, PLOT_LINES));
                context.out().println(ended(name, stopped));
            }
            return stopped.equals("failing") ? FAILED : 0;
        }
    }

    private void show(RoundReport round, List<Double> accuracies) {
        if (round.accuracy() != null) {
            accuracies.add(round.accuracy());
        }
        context.out()
                .println(
                        json
                                ? JsonMapper.shared().writeValueAsString(RoundTable.fields(round, null))
                                : RoundTable.row(round, null));
        context.out().flush();
    }

    static String ended(String name, String stopped) {
        return switch (stopped) {
            case "rounds_done" -> "✓ " + name + " has made as many versions as were wanted";
            case "no_gain" -> "✓ " + name + " is done: the loss no longer falls";
            case "budget_spent" -> "✓ " + name + " is done: its privacy budget is spent";
            case "failing" -> "✗ " + name + " failed: one round after another made no version";
            default -> "– " + name + " is stopped; `./rivulet federate start " + name + "` goes on";
        };
    }
}
