// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** A kind of audio file that is read, by what its first bytes say and never by its name. */
public enum AudioKind {
    /** RIFF/WAVE with linear PCM of 8, 16, 24 or 32 bits or floats of 32 or 64 bits. */
    WAV,
    /** Native FLAC (RFC 9639). */
    FLAC,
    /** Vorbis I in Ogg. */
    OGG_VORBIS,
    /** Opus in Ogg (RFC 7845). */
    OGG_OPUS,
    /** MPEG 1, 2 or 2.5 audio, layer III. */
    MP3
}
