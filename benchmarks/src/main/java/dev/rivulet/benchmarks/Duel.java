// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import dev.rivulet.engine.DecoderRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Our decoder and a peer at the same work, turn and turn about, so that both meet the same weather; medians count.
 *
 * @param peer none: figures of ours alone
 * @param clock of our side; the peer keeps the same kind itself
 * @param millis for a figure and a round
 * @param rounds at least one
 */
record Duel(DecoderRunner decoder, @Nullable Peer peer, LongSupplier clock, int millis, int rounds)
        implements AutoCloseable {

    private static final String SUITE = "engine";

    private interface Figure {
        double measure() throws IOException;
    }

    /** Rows that look back to {@code context} positions on average. */
    BenchLine decode(String work, String unit, int rows, int context, double least) throws IOException {
        int span = Math.max(1, context / 2);
        int from = Math.max(1, context - span / 2);
        DecoderLoad load = new DecoderLoad(decoder, from, span, clock);
        String question = "decode " + rows + " " + from + " " + span + " " + millis;
        return line(work, unit, () -> load.decode(rows, Duration.ofMillis(millis)), question, least);
    }

    /** Prompts of one sequence at a time. */
    BenchLine prefill(String work, String unit, int tokens, double least) throws IOException {
        DecoderLoad load = new DecoderLoad(decoder, tokens, clock);
        String question = "prefill " + tokens + " " + millis;
        return line(work, unit, () -> load.prefill(Duration.ofMillis(millis)), question, least);
    }

    private BenchLine line(String work, String unit, Figure ours, String question, double least) throws IOException {
        double[] mine = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            mine[round] = ours.measure();
            theirs[round] = peer == null ? 0 : peer.tokensPerSecond(question);
        }
        return peer == null
                ? BenchLine.alone(SUITE, work, unit, median(mine))
                : BenchLine.beside(SUITE, work, unit, median(mine), median(theirs), peer.name(), least);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    @Override
    public void close() throws IOException {
        if (peer != null) {
            peer.close();
        }
    }
}
