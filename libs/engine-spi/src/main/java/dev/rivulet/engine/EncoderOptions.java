// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * What a replica grants an encoder.
 *
 * @param threads threads of one run, 1 to 256
 * @param contextLength most tokens of a row, 1 to 131072; never more than the model declares
 * @param batchTokens most tokens of a batch, padding included, at least {@code contextLength}, at most 1048576
 * @param taken bytes that models beside it take of the memory that the engine is granted
 */
public record EncoderOptions(int threads, int contextLength, int batchTokens, long taken) {

    /** Alone in the memory that the engine is granted. */
    public EncoderOptions(int threads, int contextLength, int batchTokens) {
        this(threads, contextLength, batchTokens, 0);
    }

    public EncoderOptions {
        check("threads", threads, 1, 256);
        check("contextLength", contextLength, 1, 131_072);
        check("batchTokens", batchTokens, contextLength, 1 << 20);
        if (taken < 0) {
            throw new IllegalArgumentException("taken must be at least 0, was " + taken);
        }
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", was " + value);
        }
    }
}
