// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * What a picture of some size becomes in a prompt, known before its pixels are.
 *
 * @param rows soft tokens that it gives
 * @param parts pictures that the encoder reads for it
 * @param text what the placeholder of the picture becomes in the prompt: a placeholder for each soft token, and what frames them
 */
public record PicturePlan(int rows, int parts, String text) {

    public PicturePlan {
        if (rows < 1 || parts < 1) {
            throw new IllegalArgumentException("a picture gives at least one row");
        }
    }
}
