package dev.rivulet.engine;

/**
 * What a replica grants an encoder.
 *
 * @param threads threads of one run, 1 to 256
 * @param contextLength most tokens of a row, 1 to 131072; never more than the model declares
 * @param batchTokens most tokens of a batch, padding included, at least {@code contextLength}, at most 1048576
 */
public record EncoderOptions(int threads, int contextLength, int batchTokens) {

    public EncoderOptions {
        check("threads", threads, 1, 256);
        check("contextLength", contextLength, 1, 131_072);
        check("batchTokens", batchTokens, contextLength, 1 << 20);
    }

    private static void check(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ", was " + value);
        }
    }
}
