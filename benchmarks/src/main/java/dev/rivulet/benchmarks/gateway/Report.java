// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.benchmarks.BenchLine;
import dev.rivulet.benchmarks.gateway.GatewayBench.Figures;
import dev.rivulet.benchmarks.gateway.Trial.Held;
import dev.rivulet.benchmarks.gateway.Trial.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * The lines of the suite {@code gateway}: ours beside every peer that was measured.
 *
 * @param figures by the name of the door
 * @param memory with silent streams, by the name of the door
 */
record Report(Map<String, Figures> figures, Map<String, Held> memory, int rate, int streams) {

    private static final String SUITE = "gateway";
    private static final String STRAIGHT = "no gateway";
    private static final double MILLIS_ADDED = 1;
    private static final double TIMES_LITELLM = 10;
    private static final double OF_NGINX = 1 / 1.5;
    private static final double IDLE_MEGABYTES = 512;

    List<BenchLine> lines() {
        List<BenchLine> lines = new ArrayList<>();
        String request = "added to a request at " + rate + "/s, ";
        added(lines, request + "p50", Figures::atRate, Seen::p50, 0);
        added(lines, request + "p99", Figures::atRate, Seen::p99, MILLIS_ADDED);
        String event = "added to an event of " + streams + " streams, ";
        added(lines, event + "p50", Figures::streams, Seen::p50, 0);
        added(lines, event + "p99", Figures::streams, Seen::p99, 0);
        for (String peer : peers()) {
            double goal = peer.equals("litellm") ? TIMES_LITELLM : 0;
            lines.add(BenchLine.beside(
                    SUITE,
                    "requests for a second of processor",
                    "requests",
                    rate(ours().closed()),
                    rate(of(peer).closed()),
                    peer,
                    goal));
        }
        for (String peer : peers()) {
            double goal = peer.equals("nginx") ? OF_NGINX : 0;
            lines.add(BenchLine.cheaper(
                    SUITE,
                    "processor for a streamed event",
                    "µs",
                    1e6 / rate(ours().streams()),
                    1e6 / rate(of(peer).streams()),
                    peer,
                    goal));
        }
        figures.forEach((name, one) -> lines.add(BenchLine.alone(
                SUITE,
                "failed, " + name,
                "answers",
                one.atRate().failed() + one.closed().failed() + one.streams().failed())));
        memory.forEach((name, one) -> lines.add(memory(name, one)));
        return lines;
    }

    private static BenchLine memory(String name, Held held) {
        String work = "memory with " + held.streams() + " silent streams (" + Math.round(held.before())
                + " MB without), " + name;
        return name.equals(Door.OURS)
                ? BenchLine.atMost(SUITE, work, "MB", held.with(), IDLE_MEGABYTES)
                : BenchLine.alone(SUITE, work, "MB", held.with());
    }

    private void added(
            List<BenchLine> lines,
            String work,
            java.util.function.Function<Figures, Seen> part,
            ToDoubleFunction<Seen> figure,
            double most) {
        double straight = figure.applyAsDouble(part.apply(of(STRAIGHT)));
        double added = figure.applyAsDouble(part.apply(ours())) - straight;
        lines.add(
                most > 0
                        ? BenchLine.atMost(SUITE, work, "ms", added, most)
                        : BenchLine.alone(SUITE, work, "ms", added));
        for (String peer : peers()) {
            double theirs = figure.applyAsDouble(part.apply(of(peer))) - straight;
            lines.add(BenchLine.alone(SUITE, work + ", " + peer, "ms", theirs));
        }
    }

    private List<String> peers() {
        return figures.keySet().stream()
                .filter(name -> !name.equals(Door.OURS) && !name.equals(STRAIGHT))
                .toList();
    }

    private Figures ours() {
        return of(Door.OURS);
    }

    private Figures of(String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    private static double rate(Seen seen) {
        return seen.done() / seen.processor();
    }
}
