// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import dev.rivulet.cli.Context;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells what the demonstration does: rounds as they end, then the figures. */
final class DemoProgress {
    private static final double MOST_SECONDS = 2;
    private static final double P95 = 0.95;
    private static final int PLOT_LINES = 8;

    private final Context context;
    private final JsonNode prepared;
    private final boolean json;
    private final DemoSettings settings;
    private final List<RoundReport> rounds = new ArrayList<>();
    private final List<Double> accuracies = new ArrayList<>();

    /** @param prepared what the devices said before the first round */
    DemoProgress(Context context, JsonNode prepared, boolean json, DemoSettings settings) {
        this.context = context;
        this.prepared = prepared;
        this.json = json;
        this.settings = settings;
        accuracies.add(figure("shipped"));
    }

    private double figure(String name) {
        return prepared.path(name).asDouble();
    }

    void begin(String name) {
        if (json) {
            return;
        }
        context.out()
                .printf(
                        Locale.ROOT,
                        "%s: %d buildings, %d requests each to learn from, %d held out, %d intents, %d values; %s%n%s%n",
                        name,
                        prepared.path("devices").asInt(),
                        prepared.path("train").asInt(),
                        prepared.path("held_out").asInt(),
                        prepared.path("intents").asInt(),
                        prepared.path("values").asInt(),
                        privacy(),
                        RoundTable.head());
        context.out().flush();
    }

    private String privacy() {
        if (!settings.masked()) {
            return "the service sees each update";
        }
        return settings.noise() > 0
                ? String.format(
                        Locale.ROOT,
                        "the service sees sums alone, with noise of %.2f times the clip (ε at δ %s)",
                        settings.noise(),
                        DemoSettings.DELTA)
                : "the service sees sums alone";
    }

    void over(RoundReport round, @Nullable JsonNode measured) {
        Double accuracy = null;
        if (measured != null) {
            accuracy = measured.path("accuracy").asDouble();
            accuracies.add(accuracy);
        }
        rounds.add(round);
        context.out()
                .println(
                        json
                                ? JsonMapper.shared().writeValueAsString(RoundTable.fields(round, accuracy))
                                : RoundTable.row(round, accuracy));
        context.out().flush();
    }

    /** The newest round that made a version; null if none did. */
    @Nullable RoundReport lastMade() {
        return rounds.stream()
                .filter(round -> round.version() != null)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    void end(String name, String stopped, @Nullable Path file) {
        Summary summary = new Summary(rounds);
        if (json) {
            context.out().println(JsonMapper.shared().writeValueAsString(fields(name, stopped, summary, file)));
            return;
        }
        context.out().println();
        context.out()
                .print(Plot.of(
                        "accuracy on held-out wordings, as shipped and after each round", accuracies, PLOT_LINES));
        context.out().println();
        summary.lines().forEach(context.out()::println);
        context.out().println(goal("p95 of a round", summary.seconds(P95) <= MOST_SECONDS, "at most 2 s"));
        context.out().println(goal("largest update", summary.mostBytes() <= DemoSettings.MOST_BYTES, "at most 50 KB"));
        context.out().println();
        context.out().println("accuracy on the held-out wordings of all buildings, all intents alike");
        accuracy("as shipped", figure("shipped"));
        accuracy("each building alone (mean)", figure("alone"));
        accuracy("federated", accuracies.getLast());
        accuracy("all data in one place", figure("pooled"));
        context.out().println();
        context.out().println(WatchCommand.ended(name, stopped));
        if (file != null) {
            context.out().println("  the last version: " + file);
        }
    }

    private void accuracy(String what, double value) {
        context.out().printf(Locale.ROOT, "  %-28s %.3f%n", what, value);
    }

    private static String goal(String what, boolean met, String aim) {
        return Summary.line("goal", what + " " + aim + ": " + (met ? "met" : "missed"));
    }

    private Map<String, Object> fields(String name, String stopped, Summary summary, @Nullable Path file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("federation", name);
        fields.put("stopped", stopped);
        fields.putAll(summary.fields());
        fields.put("accuracy_shipped", figure("shipped"));
        fields.put("accuracy_alone", figure("alone"));
        fields.put("accuracy_federated", accuracies.getLast());
        fields.put("accuracy_pooled", figure("pooled"));
        fields.put("file", file == null ? null : file.toString());
        return fields;
    }
}
