// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.nio.FloatBuffer;

/**
 * Runs single steps of a decoder over KV slots. Slot {@code s} holds keys and values of positions {@code 0..n-1} of one
 * sequence; what lies beyond a sequence's length is never read. The caller keeps the lengths.
 *
 * <p>Not thread-safe: one loop thread owns a runner. Returned logits are views that the next call overwrites.
 *
 * <p>A batched row equals the same row alone, and a prefill in chunks of any size equals one prefill: greedy tokens are the
 * same, logits within 1e-4 relative.
 */
public interface DecoderRunner extends AutoCloseable {

    /** Most tokens of one {@link #verify}, if a prefill takes as many. */
    int MOST_VERIFIED = 16;

    int slots();

    int contextLength();

    int vocabularySize();

    /** Most tokens of one {@link #prefill}. */
    int prefillChunk();

    /**
     * Computes keys and values of {@code tokens} at positions {@code position..position+tokens.length-1} of a slot.
     *
     * @return logits after the last token, {@code [vocabularySize]}
     * @throws IllegalArgumentException if slot, positions or tokens are out of range
     */
    FloatBuffer prefill(int slot, int position, int[] tokens);

    /**
     * The same with rows of pictures in the place of some tokens.
     *
     * @param soft by positions of the sequence; those outside the chunk are passed over
     * @throws IllegalArgumentException also if rows have another width than the model, or it sees no pictures
     */
    default FloatBuffer prefill(int slot, int position, int[] tokens, SoftTokens soft) {
        if (!soft.isEmpty()) {
            throw new IllegalArgumentException("the model sees no pictures");
        }
        return prefill(slot, position, tokens);
    }

    /**
     * The same as {@link #prefill} with the logits after every token: those of a drafted continuation say how much of it the model
     * would have picked itself. What it would not have picked is taken back by going on from a lower position.
     *
     * @param tokens at most {@link #MOST_VERIFIED} and {@link #prefillChunk}
     * @return logits {@code [tokens.length, vocabularySize]}, row-major
     * @throws IllegalArgumentException if slot, positions or tokens are out of range
     */
    FloatBuffer verify(int slot, int position, int[] tokens);

    /**
     * One decode step of slots {@code 0..rows-1}: row {@code i} appends {@code tokens[i]} at {@code positions[i]} of slot
     * {@code i}.
     *
     * @return logits {@code [rows, vocabularySize]}, row-major
     * @throws IllegalArgumentException if a row is out of range
     */
    FloatBuffer decode(int rows, int[] tokens, int[] positions);

    /**
     * From now on the steps of a slot use an adapter. It stays with the slot: copies and swaps don't take it along.
     *
     * @param adapter a number of {@link Adapters#load}, or {@link Adapters#NONE}
     * @throws IllegalArgumentException if there is no such adapter
     */
    default void use(int slot, int adapter) {
        if (adapter != Adapters.NONE) {
            throw new IllegalArgumentException("the model was loaded without adapters");
        }
    }

    /** Copies positions {@code 0..length-1} of slot {@code from} over those of slot {@code to}. */
    void copy(int from, int to, int length);

    /** Exchanges two slots, so that active slots stay contiguous; the lengths bound the bytes that move. */
    void swap(int first, int firstLength, int second, int secondLength);

    @Override
    void close();
}
