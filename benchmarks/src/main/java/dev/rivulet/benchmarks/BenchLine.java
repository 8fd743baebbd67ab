// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One figure of a suite; as JSON one object a line, with every key.
 *
 * @param suite name of the suite
 * @param work what was done
 * @param unit of the figures
 * @param ours our figure
 * @param peer the peer's figure on the same machine and work, if there is a peer
 * @param peerName name and version of the peer
 * @param ratio ours to the peer's, above 1 is better for us
 * @param goal what is aimed at, in the unit or as a ratio
 * @param met whether the goal is reached
 */
@JsonPropertyOrder({"suite", "work", "unit", "ours", "peer", "peerName", "ratio", "goal", "met"})
public record BenchLine(
        String suite,
        String work,
        String unit,
        double ours,
        @Nullable Double peer,
        @Nullable String peerName,
        @Nullable Double ratio,
        @Nullable String goal,
        @Nullable Boolean met) {

    /** A figure by itself. */
    public static BenchLine alone(String suite, String work, String unit, double ours) {
        return new BenchLine(suite, work, unit, ours, null, null, null, null, null);
    }

    /**
     * A figure beside a peer's.
     *
     * @param least ratio that is aimed at, 0 for none
     */
    public static BenchLine beside(
            String suite, String work, String unit, double ours, double peer, String peerName, double least) {
        double ratio = ours / peer;
        return new BenchLine(
                suite,
                work,
                unit,
                ours,
                peer,
                peerName,
                ratio,
                least > 0 ? "ratio >= " + least : null,
                least > 0 ? ratio >= least : null);
    }

    /**
     * A cost beside a peer's: the ratio is theirs to ours.
     *
     * @param least ratio that is aimed at, 0 for none
     */
    public static BenchLine cheaper(
            String suite, String work, String unit, double ours, double peer, String peerName, double least) {
        double ratio = peer / ours;
        return new BenchLine(
                suite,
                work,
                unit,
                ours,
                peer,
                peerName,
                ratio,
                least > 0 ? String.format(Locale.ROOT, "ratio >= %.2f", least) : null,
                least > 0 ? ratio >= least : null);
    }

    /** A figure with a bound. */
    public static BenchLine atMost(String suite, String work, String unit, double ours, double most) {
        return new BenchLine(suite, work, unit, ours, null, null, null, "<= " + most, ours <= most);
    }

    /** Prints lines as a table for people, or as one JSON object a line. */
    public static void print(PrintStream out, List<BenchLine> lines, boolean json) {
        if (json) {
            lines.forEach(line -> out.println(line.json()));
        } else {
            out.print(table(lines));
        }
    }

    /** With every key. */
    String json() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /** A table for people. */
    static String table(List<BenchLine> lines) {
        int width = lines.stream().mapToInt(line -> line.work().length()).max().orElse(0);
        StringBuilder table = new StringBuilder();
        for (BenchLine line : lines) {
            String work = line.work() + " ".repeat(width - line.work().length());
            table.append(String.format(Locale.ROOT, "%s  %12.2f %s%s%n", work, line.ours(), line.unit(), peer(line)));
        }
        return table.toString();
    }

    private static String peer(BenchLine line) {
        if (line.peer() == null || line.ratio() == null) {
            return line.goal() == null
                    ? ""
                    : "  " + line.goal() + (Boolean.TRUE.equals(line.met()) ? " met" : " missed");
        }
        String goal =
                line.goal() == null ? "" : ", " + line.goal() + (Boolean.TRUE.equals(line.met()) ? " met" : " missed");
        return String.format(
                Locale.ROOT, "  %12.2f %s, ratio %.2f%s", line.peer(), line.peerName(), line.ratio(), goal);
    }
}
