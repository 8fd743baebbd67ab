package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import dev.rivulet.audio.AudioReading.Refused;

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
        if (bytes.length == 0) {
            return new Refused(Reason.EMPTY, "the file has no bytes: send the audio in the part named file");
        }
        if (bytes.length > limits.bytes()) {
            return new Refused(
                    Reason.TOO_LARGE,
                    "the file has " + bytes.length + " bytes; " + limits.bytes()
                            + " are read at most: send it in parts or compressed");
        }
        try {
            AudioKind kind = kind(bytes);
            Decoded decoded = decode(kind, bytes);
            return new AudioReading.Read(kind, decoded.rate(), decoded.channels(), decoded.sound());
        } catch (RefusedAudio refused) {
            return refused.asReading();
        }
    }

    private static AudioKind kind(byte[] bytes) {
        if (WavDecoder.recognises(bytes)) {
            return AudioKind.WAV;
        }
        throw new RefusedAudio(
                Reason.UNKNOWN_KIND,
                "the content is no audio that is read; WAV, FLAC, Ogg Vorbis, Ogg Opus and MP3 are: convert it to one of them");
    }

    private Decoded decode(AudioKind kind, byte[] bytes) {
        return switch (kind) {
            case WAV -> WavDecoder.decode(bytes, limits);
            case FLAC, OGG_VORBIS, OGG_OPUS, MP3 ->
                throw new IllegalStateException("no kind is recognised without a decoder: " + kind);
        };
    }
}
