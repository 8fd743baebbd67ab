// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static dev.rivulet.cli.models.Said.JSON;
import static dev.rivulet.cli.models.Said.text;

import dev.rivulet.cli.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sums up a federation's rounds. */
@Command(
        name = "report",
        description = "Sum up a federation: rounds, times, bytes, who was lost, ε, and the version that is best.")
public final class ReportCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "NAME", description = "The federation.")
    private String name = "";

    @Option(names = "--json", description = JSON)
    private boolean json;

    public ReportCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (FederationCalls calls = FederationCalls.of(context)) {
            JsonNode federation = calls.get(name);
            List<RoundReport> rounds = new Watch(calls, name, Duration.ZERO).soFar();
            if (json) {
                Map<String, Object> fields = new LinkedHashMap<>();
                fields.put("federation", name);
                fields.put("version", federation.path("version").asLong(0));
                fields.put("best_version", federation.path("best_version"));
                fields.put("stopped", federation.path("stopped"));
                fields.putAll(new Summary(rounds).fields());
                context.out().println(JsonMapper.shared().writeValueAsString(fields));
                return 0;
            }
            context.out()
                    .println(Summary.line(
                            name,
                            "version " + text(federation, "version") + ", best measured "
                                    + text(federation, "best_version") + ", "
                                    + (text(federation, "stopped").equals("-")
                                            ? text(federation, "state")
                                            : text(federation, "stopped"))));
            new Summary(rounds).lines().forEach(context.out()::println);
            List<Double> accuracies = rounds.stream()
                    .map(RoundReport::accuracy)
                    .filter(Objects::nonNull)
                    .map(Double::valueOf)
                    .toList();
            context.out().print(Plot.of("accuracy of each round's base", accuracies, 6));
        }
        return 0;
    }
}
