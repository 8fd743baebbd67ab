// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx.device;

/**
 * What the arguments of a decoder's calls may be; anything else is an {@link IllegalArgumentException} that names it.
 *
 * @param slots at least 1
 * @param contextLength positions of a slot
 * @param vocabularySize tokens there are
 * @param prefillChunk most tokens of one prefill
 */
public record RunLimits(int slots, int contextLength, int vocabularySize, int prefillChunk) {

    /** Checks where a chunk goes and what it is. */
    public void chunk(int slot, int position, int[] chunk) {
        slot(slot);
        require(chunk.length >= 1 && chunk.length <= prefillChunk, "a chunk of", chunk.length, prefillChunk);
        position(position);
        position((long) position + chunk.length - 1);
        for (int token : chunk) {
            token(token);
        }
    }

    /** Checks a decode step. */
    public void step(int rows, int[] next, int[] positions) {
        require(rows >= 1 && rows <= slots, "a step of rows", rows, slots);
        require(next.length >= rows && positions.length >= rows, "tokens and positions fewer than rows", rows, slots);
        for (int row = 0; row < rows; row++) {
            token(next[row]);
            position(positions[row]);
        }
    }

    public void slot(int slot) {
        require(slot >= 0 && slot < slots, "slot", slot, slots - 1);
    }

    public void length(int length) {
        require(length >= 0 && length <= contextLength, "length", length, contextLength);
    }

    private void position(long position) {
        require(position >= 0 && position < contextLength, "position", position, contextLength - 1);
    }

    private void token(int token) {
        require(token >= 0 && token < vocabularySize, "token", token, vocabularySize - 1);
    }

    /** Refuses a value that is too large or too small. */
    public static void require(boolean inRange, String what, long value, long most) {
        if (!inRange) {
            throw new IllegalArgumentException(what + " " + value + " is out of range, at most " + most);
        }
    }
}
