// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rounds for people, a line each, and for programs. */
final class RoundTable {
    private static final String ROW = "%5s %6s %8s %5s %8s %8s %7s %6s  %s";
    private static final double KILO = 1000;

    private RoundTable() {}

    static String head() {
        return ROW.formatted("ROUND", "COHORT", "ANSWERED", "SLOW", "KB/UPD", "SECONDS", "LOSS", "ε", "OUTCOME")
                .replace("  OUTCOME", "  ACCURACY  OUTCOME");
    }

    /** @param accuracy measured elsewhere; null takes what the devices said */
    static String row(RoundReport round, @Nullable Double accuracy) {
        Double shown = accuracy == null ? round.accuracy() : accuracy;
        String line = ROW.formatted(
                round.round(),
                round.cohort(),
                round.counted(),
                round.stragglers(),
                round.bytes().isEmpty() ? "-" : number("%.1f", meanBytes(round) / KILO),
                number("%.2f", round.seconds()),
                number("%.3f", round.loss()),
                number("%.2f", round.epsilon()),
                "%8s  %s".formatted(number("%.3f", shown), outcome(round)));
        return line.stripTrailing();
    }

    private static double meanBytes(RoundReport round) {
        return round.bytes().stream().mapToLong(Long::longValue).average().orElse(0);
    }

    private static String outcome(RoundReport round) {
        String made = round.version() == null ? "no version" : "version " + round.version();
        String why = round.outcome().isEmpty() ? "" : " (" + round.outcome().replace('_', ' ') + ")";
        String lost = round.dropped().entrySet().stream()
                .map(each -> ", " + each.getValue() + " " + each.getKey().replaceAll("\\p{C}", "?"))
                .collect(Collectors.joining());
        return made + why + lost;
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }

    /** The same with a name for each figure. */
    static Map<String, Object> fields(RoundReport round, @Nullable Double accuracy) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("round", round.round());
        fields.put("base", round.base());
        fields.put("cohort", round.cohort());
        fields.put("answered", round.counted());
        fields.put("stragglers", round.stragglers());
        fields.put("dropped", round.dropped());
        fields.put("bytes", round.bytes().stream().mapToLong(Long::longValue).sum());
        fields.put("seconds", round.seconds());
        fields.put("outcome", round.outcome());
        fields.put("version", round.version());
        fields.put("loss", round.loss());
        fields.put("accuracy", accuracy == null ? round.accuracy() : accuracy);
        fields.put("epsilon", round.epsilon());
        return fields;
    }
}
