// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The suite {@code serve}: the platform and the bare engine in alternation, so that both meet the same weather on a shared
 * machine.
 *
 * @param load asks the platform
 * @param engine the engine alone
 * @param time for each number of streams, all rounds together
 */
record ServeBench(ServeLoad load, BareEngine engine, Duration time) {
    private static final String SUITE = "serve";
    private static final int ROUNDS = 2;
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;

    List<BenchLine> run(int[] streams) throws InterruptedException, IOException {
        List<BenchLine> lines = new ArrayList<>();
        load.run(1, time.dividedBy(5), new ServeLoad.Seen());
        for (int count : streams) {
            lines.addAll(measure(count));
        }
        return lines;
    }

    private List<BenchLine> measure(int streams) throws InterruptedException, IOException {
        ServeLoad.Seen seen = new ServeLoad.Seen();
        double peer = 0;
        for (int round = 0; round < ROUNDS; round++) {
            load.run(streams, time.dividedBy(ROUNDS), seen);
            if (engine.isThere() && seen.answers() > 0) {
                int prompt = Math.toIntExact(Math.max(1, seen.promptTokens() / seen.answers()));
                peer += engine.measure(streams, prompt).tokensPerSecond(seen.promptTokens(), seen.completionTokens());
            }
        }
        return lines(streams, seen, peer / ROUNDS);
    }

    private static List<BenchLine> lines(int streams, ServeLoad.Seen seen, double peer) {
        String at = ", " + streams + (streams == 1 ? " stream" : " streams");
        List<BenchLine> lines = new ArrayList<>();
        if (!seen.firstToken().isEmpty()) {
            lines.add(BenchLine.alone(
                    SUITE, "TTFT p50" + at, "ms", seen.firstToken().millis(MEDIAN)));
            lines.add(BenchLine.alone(
                    SUITE, "TTFT p99" + at, "ms", seen.firstToken().millis(P99)));
        }
        if (!seen.betweenTokens().isEmpty()) {
            lines.add(BenchLine.alone(
                    SUITE, "inter-token p50" + at, "ms", seen.betweenTokens().millis(MEDIAN)));
            lines.add(BenchLine.alone(
                    SUITE, "inter-token p99" + at, "ms", seen.betweenTokens().millis(P99)));
        }
        String work = "tokens" + at;
        lines.add(
                peer > 0
                        ? BenchLine.beside(SUITE, work, "tokens/s", seen.tokensPerSecond(), peer, "bare engine")
                        : BenchLine.alone(SUITE, work, "tokens/s", seen.tokensPerSecond()));
        return lines;
    }
}
