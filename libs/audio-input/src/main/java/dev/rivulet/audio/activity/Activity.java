// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio.activity;

/** What happens in a sound. Positions are samples at 16 kHz from its beginning. */
public sealed interface Activity {

    /**
     * Somebody begins to speak.
     *
     * @param at where the utterance begins, what is kept from before the onset included
     */
    record Started(long at) implements Activity {}

    /**
     * Somebody has spoken.
     *
     * @param from where the utterance begins
     * @param samples of the utterance, at 16 kHz
     * @param cut whether it was longer than may be, and goes on
     */
    record Stopped(long from, float[] samples, boolean cut) implements Activity {}
}
