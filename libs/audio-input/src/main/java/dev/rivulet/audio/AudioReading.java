// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** What came of reading audio. */
public sealed interface AudioReading {

    /**
     * The sound was read whole.
     *
     * @param kind of the file
     * @param sourceRate sample rate of the file in Hz
     * @param sourceChannels channels of the file, mixed in equal parts
     * @param sound the sound
     */
    record Read(AudioKind kind, int sourceRate, int sourceChannels, Waveform sound) implements AudioReading {}

    /**
     * The bytes were refused; nothing of them is kept.
     *
     * @param reason a stable word for programs
     * @param message what is wrong, where, and how to mend it, for the person who sent them
     */
    record Refused(Reason reason, String message) implements AudioReading {}

    /** Why audio is refused. */
    enum Reason {
        /** There are no bytes, or no sound in them. */
        EMPTY,
        /** The content is no kind of audio that is read. */
        UNKNOWN_KIND,
        /** The kind is read, but not this form of it. */
        UNSUPPORTED,
        /** More bytes, channels or samples a second than the limits allow. */
        TOO_LARGE,
        /** The sound lasts longer than the limits allow. */
        TOO_LONG,
        /** The file contradicts itself or ends before its end. */
        DAMAGED
    }
}
