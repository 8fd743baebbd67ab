// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import dev.rivulet.engine.DecoderRunner;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** Keeps a bare decoder busy and counts: what the platform around it can at best reach. */
final class DecoderLoad {

    private final DecoderRunner decoder;
    private final LongSupplier nanoTime;
    private final int[] prompt;
    private final int end;
    private final boolean wholeSpans;

    /** @param promptLength tokens of every sequence before it is decoded, at least one below the context */
    DecoderLoad(DecoderRunner decoder, int promptLength, LongSupplier nanoTime) {
        this(decoder, promptLength, decoder.contextLength() - promptLength, false, nanoTime);
    }

    /**
     * Decodes whole spans: a later position takes longer, so that half a span would be a faster engine.
     *
     * @param span positions that are decoded before a row starts again behind its prompt, at least one
     */
    DecoderLoad(DecoderRunner decoder, int promptLength, int span, LongSupplier nanoTime) {
        this(decoder, promptLength, span, true, nanoTime);
    }

    private DecoderLoad(DecoderRunner decoder, int promptLength, int span, boolean wholeSpans, LongSupplier nanoTime) {
        if (promptLength < 1 || promptLength >= decoder.contextLength()) {
            throw new IllegalArgumentException(
                    "a prompt must have 1 to " + (decoder.contextLength() - 1) + " tokens, was " + promptLength);
        }
        this.decoder = decoder;
        this.end = Math.min(decoder.contextLength(), promptLength + Math.max(1, span));
        this.wholeSpans = wholeSpans;
        this.nanoTime = nanoTime;
        this.prompt = new SplittableRandom(1)
                .ints(promptLength, 0, decoder.vocabularySize())
                .toArray();
    }

    /** Prompt tokens per second of one sequence at a time, in the decoder's chunks. */
    double prefill(Duration duration) {
        long start = nanoTime.getAsLong();
        long tokens = 0;
        do {
            fill(0);
            tokens += prompt.length;
        } while (nanoTime.getAsLong() - start < duration.toNanos());
        return perSecond(tokens, nanoTime.getAsLong() - start);
    }

    /** Tokens per second of all rows together; each row decodes up to the end of its span and starts again. */
    double decode(int rows, Duration duration) {
        fill(0);
        for (int row = 1; row < rows; row++) {
            decoder.copy(0, row, prompt.length);
        }
        int[] next = new int[rows];
        int[] positions = new int[rows];
        int position = prompt.length;
        long tokens = 0;
        long start = nanoTime.getAsLong();
        do {
            Arrays.fill(positions, position);
            decoder.decode(rows, next, positions);
            tokens += rows;
            position = position + 1 < end ? position + 1 : prompt.length;
        } while (nanoTime.getAsLong() - start < duration.toNanos() || (wholeSpans && position > prompt.length));
        return perSecond(tokens, nanoTime.getAsLong() - start);
    }

    private void fill(int slot) {
        for (int at = 0; at < prompt.length; at += decoder.prefillChunk()) {
            int next = Math.min(prompt.length, at + decoder.prefillChunk());
            decoder.prefill(slot, at, Arrays.copyOfRange(prompt, at, next));
        }
    }

    private static double perSecond(long tokens, long nanos) {
        return tokens * 1e9 / Math.max(1, nanos);
    }
}
