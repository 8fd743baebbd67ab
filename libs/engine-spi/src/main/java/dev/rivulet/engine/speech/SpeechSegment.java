// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

/**
 * A stretch of speech.
 *
 * @param seek first frame of its window, in frames of 10 ms
 * @param start of the stretch, in seconds from the sound's beginning
 * @param end of the stretch, in seconds
 * @param text without special tokens; begins with a space where the model writes one
 * @param tokens of the text, times included
 * @param temperature at which the window's text was chosen
 * @param averageLogprob mean log probability of the window's tokens
 * @param compression how much zlib compresses the window's tokens
 * @param silence probability that the window holds no speech
 */
public record SpeechSegment(
        int seek,
        double start,
        double end,
        String text,
        int[] tokens,
        double temperature,
        double averageLogprob,
        double compression,
        double silence) {}
