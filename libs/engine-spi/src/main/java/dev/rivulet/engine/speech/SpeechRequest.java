// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

import java.util.List;
import java.util.Optional;

/**
 * How a sound is to be written down.
 *
 * @param language code of its language; detected from the first window if empty
 * @param translate whether the text is to be English, whatever the language
 * @param prompt text that came before or names to be spelt so; may be empty
 * @param timestamps whether segments are to have times; always so for sounds of more than one window
 * @param conditioned whether a window's text is led on from the one before
 * @param fallback when a window is tried again
 * @param seed of the choices at temperatures above 0
 */
public record SpeechRequest(
        Optional<String> language,
        boolean translate,
        String prompt,
        boolean timestamps,
        boolean conditioned,
        Fallback fallback,
        long seed) {

    /**
     * When the text of a window is thrown away and the window tried again at the next temperature, or taken for silence.
     *
     * @param temperatures tried in turn, each 0 to 1; the last one's text stays whatever it is
     * @param mostCompression most that zlib may compress the tokens of a text, which repeats itself beyond that
     * @param leastLogprob least mean log probability of the tokens
     * @param mostSilence probability of silence above which a text below {@code leastLogprob} is left out
     */
    public record Fallback(List<Double> temperatures, double mostCompression, double leastLogprob, double mostSilence) {

        /** The settings of the paper, the compression measured on tokens: 0 to 1 by 0.2, 1.35, −1, 0.6. */
        public static final Fallback STANDARD = new Fallback(List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), 1.35, -1.0, 0.6);

        /** One try without conditions. */
        public static Fallback none(double temperature) {
            return new Fallback(List.of(temperature), Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1);
        }

        public Fallback {
            temperatures = List.copyOf(temperatures);
            if (temperatures.isEmpty() || temperatures.stream().anyMatch(each -> !(each >= 0 && each <= 1))) {
                throw new IllegalArgumentException(
                        "temperatures must be one or more from 0 to 1, were " + temperatures);
            }
        }
    }
}
