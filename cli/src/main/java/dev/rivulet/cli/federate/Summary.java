// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rounds in a few figures.
 *
 * @param rounds that are over, the oldest first
 */
record Summary(List<RoundReport> rounds) {
    private static final double P95 = 0.95;
    private static final double KILO = 1000;

    Summary {
        rounds = List.copyOf(rounds);
    }

    private List<RoundReport> made() {
        return rounds.stream().filter(round -> round.version() != null).toList();
    }

    /** A quantile of the seconds of rounds that made a version, by the nearest rank; 0 if there is none. */
    double seconds(double share) {
        return quantile(made().stream().map(RoundReport::seconds).toList(), share);
    }

    /** The largest update. */
    long mostBytes() {
        return rounds.stream()
                .flatMap(round -> round.bytes().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private long allBytes() {
        return rounds.stream()
                .flatMap(round -> round.bytes().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Spent in all; null without differential privacy. */
    @Nullable Double epsilon() {
        return rounds.stream()
                .map(RoundReport::epsilon)
                .filter(Objects::nonNull)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    private Map<String, Integer> dropped() {
        Map<String, Integer> all = new TreeMap<>();
        rounds.forEach(round -> round.dropped().forEach((why, count) -> all.merge(why, count, Integer::sum)));
        return all;
    }

    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /** Lines for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line("rounds", rounds.size() + ", of which " + made().size() + " made a version"));
        lines.add(line("round seconds", "p50 %.2f, p95 %.2f".formatted(seconds(0.5), seconds(P95))));
        int updates = rounds.stream().mapToInt(RoundReport::counted).sum();
        int stragglers = rounds.stream().mapToInt(RoundReport::stragglers).sum();
        lines.add(line(
                "updates",
                updates + " counted, " + stragglers + " too slow, dropped out: "
                        + (dropped().isEmpty() ? "none" : dropped().toString().replaceAll("[{}]", ""))));
        lines.add(line(
                "bytes",
                String.format(
                        Locale.ROOT,
                        "largest update %.1f KB, %.1f MB in all",
                        mostBytes() / KILO,
                        allBytes() / KILO / KILO)));
        Double spent = epsilon();
        lines.add(line(
                "privacy",
                spent == null ? "no differential privacy" : String.format(Locale.ROOT, "ε %.3f spent", spent)));
        return lines;
    }

    static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-15s %s", name, value);
    }

    /** The same with a name for each figure. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("rounds", rounds.size());
        fields.put("versions", made().size());
        fields.put("round_seconds_p50", seconds(0.5));
        fields.put("round_seconds_p95", seconds(P95));
        fields.put("updates", rounds.stream().mapToInt(RoundReport::counted).sum());
        fields.put(
                "stragglers", rounds.stream().mapToInt(RoundReport::stragglers).sum());
        fields.put("dropped", dropped());
        fields.put("largest_update_bytes", mostBytes());
        fields.put("bytes", allBytes());
        fields.put("epsilon", epsilon());
        return fields;
    }
}
