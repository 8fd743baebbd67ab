// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import dev.rivulet.engine.DecoderRunner;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A decoder that only takes time. */
final class PacedDecoder implements DecoderRunner {

    /** Of one token of a prompt. */
    static final Duration PREFILL_TOKEN = Duration.ofMillis(1);

    /** Of one decode step, however many rows it has. */
    static final Duration STEP = Duration.ofMillis(20);

    private static final float[] LIKELY = {1, 0};

    private final int slots;
    private final int prefillChunk;

    PacedDecoder(int slots, int prefillChunk) {
        this.slots = slots;
        this.prefillChunk = prefillChunk;
    }

    @Override
    public int slots() {
        return slots;
    }

    @Override
    public int contextLength() {
        return PacedEngine.CONTEXT_LENGTH;
    }

    @Override
    public int vocabularySize() {
        return WordTokenizer.VOCABULARY;
    }

    @Override
    public int prefillChunk() {
        return prefillChunk;
    }

    @Override
    public FloatBuffer prefill(int slot, int position, int[] tokens) {
        return after(PREFILL_TOKEN.multipliedBy(tokens.length), 1);
    }

    @Override
    public FloatBuffer verify(int slot, int position, int[] tokens) {
        return after(STEP, tokens.length);
    }

    @Override
    public FloatBuffer decode(int rows, int[] tokens, int[] positions) {
        return after(STEP, rows);
    }

    @Override
    public void copy(int from, int to, int length) {}

    @Override
    public void swap(int first, int firstLength, int second, int secondLength) {}

    @Override
    public void close() {}

    private static FloatBuffer after(Duration time, int rows) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        FloatBuffer logits = FloatBuffer.allocate(rows * WordTokenizer.VOCABULARY);
        for (int row = 0; row < rows; row++) {
            logits.put(LIKELY);
        }
        return logits.flip();
    }
}
