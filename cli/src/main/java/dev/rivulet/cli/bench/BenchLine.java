// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
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
 * @param peer the peer's figure on the same machine and work, or null if there is no peer
 * @param peerName name of the peer
 * @param ratio ours to the peer's
 * @param goal what is aimed at
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

    static BenchLine alone(String suite, String work, String unit, double ours) {
        return new BenchLine(suite, work, unit, rounded(ours), null, null, null, null, null);
    }

    static BenchLine beside(String suite, String work, String unit, double ours, double peer, String peerName) {
        return new BenchLine(
                suite, work, unit, rounded(ours), rounded(peer), peerName, rounded(ours / peer), null, null);
    }

    /** The same as a line of another suite. */
    BenchLine of(String other) {
        return new BenchLine(other, work, unit, ours, peer, peerName, ratio, goal, met);
    }

    /** With the goal that our figure is at most so much. */
    BenchLine withAtMost(double most) {
        String aim = "at most " + number(most) + " " + unit;
        return new BenchLine(suite, work, unit, ours, peer, peerName, ratio, aim, ours <= most);
    }

    /** With the goal that the ratio is at most so much. */
    BenchLine withRatioAtMost(double most) {
        if (ratio == null) {
            throw new IllegalStateException("there is no ratio");
        }
        String aim = "ratio at most " + most;
        return new BenchLine(suite, work, unit, ours, peer, peerName, ratio, aim, ratio <= most);
    }

    /** With the goal that the ratio is at least so much. */
    BenchLine withRatioAtLeast(double least) {
        if (ratio == null) {
            throw new IllegalStateException("there is no ratio");
        }
        String aim = "ratio at least " + least;
        return new BenchLine(suite, work, unit, ours, peer, peerName, ratio, aim, ratio >= least);
    }

    String json() {
        return JsonMapper.shared().writeValueAsString(this);
    }

    /** A table for people. */
    static String table(List<BenchLine> lines) {
        StringBuilder table = new StringBuilder();
        table.append(row("work", "ours", "unit", "peer", "ratio", "", ""));
        for (BenchLine line : lines) {
            table.append(row(
                    line.work(),
                    number(line.ours()),
                    line.unit(),
                    line.peer() == null ? "" : number(line.peer()),
                    line.ratio() == null ? "" : number(line.ratio()),
                    line.peerName() == null ? "" : line.peerName(),
                    line.goal() == null ? "" : line.goal() + (Boolean.TRUE.equals(line.met()) ? " met" : " missed")));
        }
        return table.toString();
    }

    private static String row(
            String work, String ours, String unit, String peer, String ratio, String peerName, String goal) {
        return String.format(
                                Locale.ROOT,
                                "%-48s %10s %-12s %10s %7s  %s  %s",
                                work,
                                ours,
                                unit,
                                peer,
                                ratio,
                                peerName,
                                goal)
                        .stripTrailing()
                + "\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
