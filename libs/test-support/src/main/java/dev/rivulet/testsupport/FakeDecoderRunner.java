// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A decoder whose logits are a hash of every key in positions {@code 0..n} of a slot, so that a caller who mixes up slots,
 * positions or lengths gets other tokens. It refuses what a real runner refuses, and two threads at once.
 *
 * <p>Greedy tokens are lower-case letters and spaces; after {@code meanAnswerTokens} of them on average comes
 * {@link FakeVocabulary#END} (0: never). After {@link FakeVocabulary#DAMAGED} all logits are NaN.
 */
public final class FakeDecoderRunner implements DecoderRunner {

    /** Told of every call before it runs, on the calling thread: may count, wait on a latch, or throw to break a step. */
    @FunctionalInterface
    public interface Watcher {
        Watcher NONE = step -> {};

        void before(Step step);
    }

    /**
     * One call.
     *
     * @param rows rows of a decode step, 0 for a prefill
     * @param slot slot of a prefill, -1 for a decode step
     * @param tokens number of tokens the call adds
     */
    public record Step(int rows, int slot, int tokens) {}

    private static final float UNLIKELY = -30f;

    private final long[][] keys;
    private final int contextLength;
    private final int prefillChunk;
    private final int meanAnswerTokens;
    private final Watcher watcher;
    private final float[] logits;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean closed;

    FakeDecoderRunner(EngineOptions options, int meanAnswerTokens, Watcher watcher) {
        this.contextLength = options.contextLength();
        this.keys = new long[options.slots()][contextLength];
        this.prefillChunk = options.prefillChunk();
        this.meanAnswerTokens = meanAnswerTokens;
        this.watcher = watcher;
        this.logits = new float[Math.max(MOST_VERIFIED, options.slots()) * FakeVocabulary.SIZE];
    }

    @Override
    public int slots() {
        return keys.length;
    }

    @Override
    public int contextLength() {
        return contextLength;
    }

    @Override
    public int vocabularySize() {
        return FakeVocabulary.SIZE;
    }

    @Override
    public int prefillChunk() {
        return prefillChunk;
    }

    @Override
    public FloatBuffer prefill(int slot, int position, int[] tokens) {
        return alone(() -> {
            fill(slot, position, tokens);
            score(slot, position + tokens.length, 0);
            return FloatBuffer.wrap(logits, 0, FakeVocabulary.SIZE).slice();
        });
    }

    @Override
    public FloatBuffer verify(int slot, int position, int[] tokens) {
        return alone(() -> {
            require(tokens.length <= MOST_VERIFIED, "verification of " + tokens.length + " tokens");
            fill(slot, position, tokens);
            for (int row = 0; row < tokens.length; row++) {
                score(slot, position + row + 1, row);
            }
            return FloatBuffer.wrap(logits, 0, tokens.length * FakeVocabulary.SIZE)
                    .slice();
        });
    }

    private void fill(int slot, int position, int[] tokens) {
        checkSlot(slot);
        require(tokens.length >= 1 && tokens.length <= prefillChunk, "prefill of " + tokens.length + " tokens");
        checkPositions(position, tokens.length);
        for (int token : tokens) {
            checkToken(token);
        }
        watcher.before(new Step(0, slot, tokens.length));
        for (int i = 0; i < tokens.length; i++) {
            keys[slot][position + i] = key(tokens[i], position + i);
        }
    }

    @Override
    public FloatBuffer decode(int rows, int[] tokens, int[] positions) {
        return alone(() -> {
            require(rows >= 1 && rows <= slots(), "decode of " + rows + " rows");
            require(tokens.length >= rows && positions.length >= rows, "fewer tokens or positions than rows");
            for (int row = 0; row < rows; row++) {
                checkToken(tokens[row]);
                checkPositions(positions[row], 1);
            }
            watcher.before(new Step(rows, -1, rows));
            for (int row = 0; row < rows; row++) {
                keys[row][positions[row]] = key(tokens[row], positions[row]);
                score(row, positions[row] + 1, row);
            }
            return FloatBuffer.wrap(logits, 0, rows * FakeVocabulary.SIZE).slice();
        });
    }

    @Override
    public void copy(int from, int to, int length) {
        alone(() -> {
            checkSlot(from);
            checkSlot(to);
            checkLength(length);
            System.arraycopy(keys[from], 0, keys[to], 0, length);
            return length;
        });
    }

    @Override
    public void swap(int first, int firstLength, int second, int secondLength) {
        alone(() -> {
            checkSlot(first);
            checkSlot(second);
            checkLength(firstLength);
            checkLength(secondLength);
            if (first != second) {
                long[] kept = keys[first].clone();
                System.arraycopy(keys[second], 0, keys[first], 0, secondLength);
                System.arraycopy(kept, 0, keys[second], 0, firstLength);
            }
            return 0;
        });
    }

    /** Whether {@link #close} was called. */
    public boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    private void score(int slot, int length, int row) {
        long state = 0;
        boolean damaged = false;
        for (int position = 0; position < length; position++) {
            state = mix(state ^ keys[slot][position]);
            damaged |= keys[slot][position] == key(FakeVocabulary.DAMAGED, position);
        }
        int offset = row * FakeVocabulary.SIZE;
        if (damaged) {
            Arrays.fill(logits, offset, offset + FakeVocabulary.SIZE, Float.NaN);
            return;
        }
        for (int token = 0; token < FakeVocabulary.SIZE; token++) {
            boolean likely = token == ' ' || token >= 'a' && token <= 'z';
            logits[offset + token] = likely ? unit(mix(state + token)) * 8 : UNLIKELY + unit(mix(state + token));
        }
        if (meanAnswerTokens > 0 && Long.remainderUnsigned(mix(~state), meanAnswerTokens) == 0) {
            logits[offset + FakeVocabulary.END] = 20f;
        }
    }

    private <T> T alone(java.util.function.Supplier<T> call) {
        if (closed) {
            throw new IllegalStateException("the decoder is closed");
        }
        if (!busy.compareAndSet(false, true)) {
            throw new ConcurrentModificationException("two threads use one decoder at once");
        }
        try {
            return call.get();
        } finally {
            busy.set(false);
        }
    }

    private void checkSlot(int slot) {
        require(slot >= 0 && slot < slots(), "slot " + slot + " of " + slots());
    }

    private void checkPositions(int position, int count) {
        require(
                position >= 0 && position <= contextLength - count,
                "positions " + position + ".." + ((long) position + count - 1) + " of " + contextLength);
    }

    private void checkLength(int length) {
        require(length >= 0 && length <= contextLength, "length " + length + " of " + contextLength);
    }

    private static void checkToken(int token) {
        require(token >= 0 && token < FakeVocabulary.SIZE, "token " + token + " of " + FakeVocabulary.SIZE);
    }

    private static void require(boolean inRange, String what) {
        if (!inRange) {
            throw new IllegalArgumentException(what + " is out of range");
        }
    }

    private static long key(int token, int position) {
        return mix(((long) position << 32) | (token + 1L));
    }

    private static float unit(long hash) {
        return (hash >>> 40) * 0x1p-24f;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
