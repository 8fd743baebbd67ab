// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import reactor.core.publisher.Flux;

/** Makes speech of text. */
interface Synthesiser {

    /** Samples a second of all that it makes. */
    int RATE = 24_000;

    /**
     * Speaks a text: 16-bit little-endian samples, one channel, {@link #RATE}, as they are made and no faster than they are taken.
     * Cancelling ends the work.
     *
     * @return fails with a {@link dev.rivulet.problems.ProblemException} where the synthesiser is missing or fails before the first
     *     sample, and with an {@link java.io.IOException} after it
     */
    Flux<byte[]> speak(SpeechRequest request);
}
