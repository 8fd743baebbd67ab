// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * What a language model sees with: an encoder that makes rows of pictures, which stand in for the embeddings of tokens of a prompt
 * (LLaVA, Liu et al. 2023). Thread-safe; one picture is encoded at a time.
 */
public interface Vision {

    /** Values of a soft token: the width of the decoder. */
    int width();

    /** What a chat template writes where a picture is. */
    String placeholder();

    /** The token of the placeholder. */
    int token();

    /** What a picture of a size becomes in a prompt. */
    PicturePlan plan(int width, int height);

    /**
     * Makes the soft tokens of a picture.
     *
     * @return {@code [rows, width]}, row-major, as many rows as {@link #plan} says
     * @throws IllegalStateException if the encoder fails or is closed
     */
    float[] encode(Picture picture);
}
