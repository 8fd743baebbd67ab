// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** A file whose headers are read and found consistent; its samples are not decoded yet. */
sealed interface AudioFile permits WavFile, FlacFile, VorbisFile, OpusFile, Mp3File {

    /** Says that a header does not tell how many frames follow. */
    long UNKNOWN = -1;

    AudioKind kind();

    /** Frames a second. */
    int rate();

    int channels();

    /** How many frames the headers declare, or {@link #UNKNOWN}. */
    long frames();

    /**
     * Decodes into a sink, which refuses what is too much.
     *
     * @throws RefusedAudio if the file contradicts itself; any other exception of a decoder means the same
     */
    void decode(PcmSink sink);
}
