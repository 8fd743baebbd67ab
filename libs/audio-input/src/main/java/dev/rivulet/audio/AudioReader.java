// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;

/**
 * Reads audio files of foreign origin. The content decides the kind; whatever the bytes are, the answer comes in time and memory that the
 * limits bound, and it is a value. Safe for use by many threads.
 */
public final class AudioReader {

    private final AudioLimits limits;

    public AudioReader(AudioLimits limits) {
        this.limits = limits;
    }

    /** The limits that hold for every file. */
    public AudioLimits limits() {
        return limits;
    }

    /**
     * Reads a whole file.
     *
     * @param bytes the file; not changed and not kept
     */
    public AudioReading read(byte[] bytes) {
        try {
            AudioFile file = open(bytes);
            PcmSink sink = sink(file);
            decode(file, sink);
            return new AudioReading.Read(file.kind(), file.rate(), file.channels(), sink.finish());
        } catch (RefusedAudio refused) {
            return refused.asReading();
        }
    }

    /**
     * Reads the headers of a file alone.
     *
     * @param bytes the whole file; not changed and not kept
     */
    public AudioMeasure measure(byte[] bytes) {
        try {
            AudioFile file = open(bytes);
            sink(file);
            double seconds = file.frames() == AudioFile.UNKNOWN
                    ? limits.duration().toMillis() / 1000.0
                    : file.frames() / (double) file.rate();
            return new AudioMeasure.Measured(file.kind(), seconds);
        } catch (RefusedAudio refused) {
            return new AudioMeasure.Refused(refused.asReading());
        }
    }

    private AudioFile open(byte[] bytes) {
        if (bytes.length == 0) {
            throw new RefusedAudio(Reason.EMPTY, "the file has no bytes: send the audio itself");
        }
        if (bytes.length > limits.bytes()) {
            throw new RefusedAudio(
                    Reason.TOO_LARGE,
                    "the file has " + bytes.length + " bytes; " + limits.bytes()
                            + " are read at most: send it in parts or compressed");
        }
        if (WavFile.recognises(bytes)) {
            return WavFile.open(bytes);
        }
        if (FlacFile.recognises(bytes)) {
            return FlacFile.open(bytes);
        }
        if (OggStream.recognises(bytes)) {
            return ogg(new OggStream(bytes));
        }
        if (Mp3File.recognises(bytes)) {
            return Mp3File.open(bytes);
        }
        throw new RefusedAudio(
                Reason.UNKNOWN_KIND,
                "the content is no audio that is read; WAV, FLAC, Ogg Vorbis, Ogg Opus and MP3 are: convert it to one of them");
    }

    private static AudioFile ogg(OggStream stream) {
        byte[] first = stream.next();
        if (Bytes.startsWith(first, 0, "\u0001vorbis")) {
            return VorbisFile.open(first, stream);
        }
        if (Bytes.startsWith(first, 0, "OpusHead")) {
            return OpusFile.open(first, stream);
        }
        throw new RefusedAudio(
                Reason.UNSUPPORTED,
                "the Ogg file holds neither Vorbis nor Opus, which alone are read: convert it to one of them");
    }

    private PcmSink sink(AudioFile file) {
        PcmSink sink = new PcmSink(limits, file.rate(), file.channels());
        if (file.frames() != AudioFile.UNKNOWN) {
            sink.declared(file.frames());
        }
        return sink;
    }

    /** Decoders meet damage that no header shows with exceptions of many kinds; each means that the file is not sound. */
    private static void decode(AudioFile file, PcmSink sink) {
        try {
            file.decode(sink);
        } catch (RefusedAudio e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw RefusedAudio.damaged("the " + file.kind() + " file's samples can't be decoded after " + sink.frames()
                    + " frames: it was damaged or cut off");
        }
    }
}
