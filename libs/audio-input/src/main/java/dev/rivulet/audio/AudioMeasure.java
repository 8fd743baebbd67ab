// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** What the headers of audio say, before anything is decoded: the ground for a price. */
public sealed interface AudioMeasure {

    /**
     * The headers are consistent and within the limits.
     *
     * @param kind of the file
     * @param seconds how long the sound lasts by its headers, or the longest that is allowed where they don't say
     */
    record Measured(AudioKind kind, double seconds) implements AudioMeasure {}

    /** The bytes are refused, as {@link AudioReading.Refused} says. */
    record Refused(AudioReading.Refused why) implements AudioMeasure {}
}
