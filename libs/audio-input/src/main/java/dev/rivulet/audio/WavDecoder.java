package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads RIFF/WAVE: linear PCM of 8, 16, 24 and 32 bits and floats of 32 and 64 bits ("Multimedia Programming Interface", Microsoft 1991). */
final class WavDecoder {

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int BLOCK = 4096;

    private final ByteBuffer file;

    private WavDecoder(byte[] bytes) {
        this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static boolean recognises(byte[] bytes) {
        return Bytes.startsWith(bytes, 0, "RIFF") && Bytes.startsWith(bytes, 8, "WAVE");
    }

    static Decoded decode(byte[] bytes, AudioLimits limits) {
        return new WavDecoder(bytes).decode(limits);
    }

    /** Format of the samples. */
    private record Format(int code, int channels, int rate, int frameBytes, int bits) {}

    private Decoded decode(AudioLimits limits) {
        Format format = null;
        file.position(12);
        while (file.remaining() >= 8) {
            int id = file.getInt();
            long size = Integer.toUnsignedLong(file.getInt());
            if (id == 0x20746d66) {
                format = format(size);
            } else if (id == 0x61746164) {
                if (format == null) {
                    throw RefusedAudio.damaged("the WAV file's data come before their format");
                }
                return samples(format, size, limits);
            } else {
                skip(size + (size & 1));
            }
        }
        throw RefusedAudio.damaged("the WAV file ends before its data chunk: it was cut off");
    }

    private Format format(long size) {
        if (size < 16 || size > file.remaining()) {
            throw RefusedAudio.damaged(
                    "the WAV file's format chunk says it has " + size + " bytes; 16 or more must follow");
        }
        int start = file.position();
        int code = Short.toUnsignedInt(file.getShort());
        int channels = Short.toUnsignedInt(file.getShort());
        int rate = file.getInt();
        file.getInt();
        int frameBytes = Short.toUnsignedInt(file.getShort());
        int bits = Short.toUnsignedInt(file.getShort());
        if (code == EXTENSIBLE && size >= 40) {
            code = Short.toUnsignedInt(file.getShort(start + 24));
        }
        file.position(start);
        skip(size + (size & 1));
        return checked(new Format(code, channels, rate, frameBytes, bits));
    }

    private static Format checked(Format format) {
        boolean integers =
                format.code == PCM && (format.bits == 8 || format.bits == 16 || format.bits == 24 || format.bits == 32);
        boolean floats = format.code == FLOAT && (format.bits == 32 || format.bits == 64);
        if (!integers && !floats) {
            throw new RefusedAudio(
                    Reason.UNSUPPORTED,
                    "the WAV file holds samples of format " + format.code + " with " + format.bits
                            + " bits; PCM of 8, 16, 24 or 32 bits and floats of 32 or 64 bits are read: send PCM of 16 bits");
        }
        if (format.frameBytes != format.channels * format.bits / 8) {
            throw RefusedAudio.damaged("the WAV file says a frame has " + format.frameBytes + " bytes, which "
                    + format.channels + " channels of " + format.bits + " bits do not make");
        }
        return format;
    }

    private Decoded samples(Format format, long size, AudioLimits limits) {
        PcmSink sink = new PcmSink(limits, format.rate, format.channels);
        long bytes = size == 0xFFFFFFFFL ? file.remaining() : size;
        if (bytes > file.remaining()) {
            throw RefusedAudio.damaged("the WAV file says " + size + " bytes of samples follow, and " + file.remaining()
                    + " do: it was cut off");
        }
        long frames = bytes / format.frameBytes;
        sink.declared(frames);
        float[] block = new float[BLOCK * format.channels];
        for (long done = 0; done < frames; done += BLOCK) {
            int count = (int) Math.min(BLOCK, frames - done);
            for (int i = 0; i < count * format.channels; i++) {
                block[i] = sample(format);
            }
            sink.interleaved(block, count);
        }
        return new Decoded(sink.rate(), sink.channels(), sink.finish());
    }

    private float sample(Format format) {
        if (format.code == FLOAT) {
            return format.bits == 32 ? file.getFloat() : (float) file.getDouble();
        }
        return switch (format.bits) {
            case 8 -> (Byte.toUnsignedInt(file.get()) - 128) / 128f;
            case 16 -> file.getShort() / 32768f;
            case 24 -> ((file.get() & 0xFF) | (file.get() & 0xFF) << 8 | file.get() << 16) / 8388608f;
            default -> file.getInt() / 2147483648f;
        };
    }

    private void skip(long bytes) {
        if (bytes > file.remaining()) {
            throw RefusedAudio.damaged("the WAV file has a chunk of " + bytes + " bytes where " + file.remaining()
                    + " follow: it was cut off");
        }
        file.position(file.position() + (int) bytes);
    }
}
