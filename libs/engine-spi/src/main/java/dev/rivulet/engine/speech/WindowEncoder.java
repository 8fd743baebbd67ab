// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

/** Turns the features of a window into the hidden states that text is written from; a cache may stand before a model's own. */
@FunctionalInterface
public interface WindowEncoder {

    /** @return {@code [positions][width]}, row by row; not to be changed */
    float[] encode(SpeechFeatures window);
}
