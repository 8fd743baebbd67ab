// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** RIFF/WAVE: linear PCM of 8, 16, 24 and 32 bits and floats of 32 and 64 bits ("Multimedia Programming Interface", Microsoft 1991). */
final class WavFile implements AudioFile {

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xFFFE;
    private static final int FORMAT_CHUNK = 0x20746d66;
    private static final int DATA_CHUNK = 0x61746164;
    private static final long OPEN_END = 0xFFFFFFFFL;
    private static final int BLOCK = 4096;

    private final Format format;
    private final ByteBuffer samples;

    private WavFile(Format format, ByteBuffer samples) {
        this.format = format;
        this.samples = samples;
    }

    static boolean recognises(byte[] bytes) {
        return Bytes.startsWith(bytes, 0, "RIFF") && Bytes.startsWith(bytes, 8, "WAVE");
    }

    static WavFile open(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(12);
        Format format = null;
        while (file.remaining() >= 8) {
            int id = file.getInt();
            long size = Integer.toUnsignedLong(file.getInt());
            if (id == FORMAT_CHUNK) {
                format = Format.read(file, size);
            } else if (id == DATA_CHUNK) {
                return new WavFile(required(format), data(file, size));
            }
            skip(file, size + (size & 1));
        }
        throw RefusedAudio.damaged("the WAV file ends before its data chunk: it was cut off");
    }

    private static Format required(@Nullable Format format) {
        if (format == null) {
            throw RefusedAudio.damaged("the WAV file's data come before their format");
        }
        return format;
    }

    /** Format of the samples. */
    private record Format(int code, int channels, int rate, int frameBytes, int bits) {

        /** Reads a format chunk; the position stays at its beginning. */
        static Format read(ByteBuffer file, long size) {
            if (size < 16 || size > file.remaining()) {
                throw RefusedAudio.damaged(
                        "the WAV file's format chunk says it has " + size + " bytes; 16 or more must follow");
            }
            int start = file.position();
            int code = Short.toUnsignedInt(file.getShort(start));
            if (code == EXTENSIBLE && size >= 40) {
                code = Short.toUnsignedInt(file.getShort(start + 24));
            }
            Format format = new Format(
                    code,
                    Short.toUnsignedInt(file.getShort(start + 2)),
                    file.getInt(start + 4),
                    Short.toUnsignedInt(file.getShort(start + 12)),
                    Short.toUnsignedInt(file.getShort(start + 14)));
            format.check();
            return format;
        }

        private void check() {
            boolean integers = code == PCM && (bits == 8 || bits == 16 || bits == 24 || bits == 32);
            boolean floats = code == FLOAT && (bits == 32 || bits == 64);
            if (!integers && !floats) {
                throw new RefusedAudio(
                        Reason.UNSUPPORTED,
                        "the WAV file holds samples of format " + code + " with " + bits
                                + " bits; PCM of 8, 16, 24 or 32 bits and floats of 32 or 64 bits are read: send PCM of 16 bits");
            }
            if (channels == 0 || frameBytes != channels * bits / 8) {
                throw RefusedAudio.damaged("the WAV file says a frame has " + frameBytes + " bytes, which " + channels
                        + " channels of " + bits + " bits do not make");
            }
        }

        float sample(ByteBuffer in) {
            if (code == FLOAT) {
                return bits == 32 ? in.getFloat() : (float) in.getDouble();
            }
            return switch (bits) {
                case 8 -> (Byte.toUnsignedInt(in.get()) - 128) / 128f;
                case 16 -> in.getShort() / 32768f;
                case 24 -> ((in.get() & 0xFF) | (in.get() & 0xFF) << 8 | in.get() << 16) / 8388608f;
                default -> in.getInt() / 2147483648f;
            };
        }
    }

    @Override
    public AudioKind kind() {
        return AudioKind.WAV;
    }

    @Override
    public int rate() {
        return format.rate;
    }

    @Override
    public int channels() {
        return format.channels;
    }

    @Override
    public long frames() {
        return samples.limit() / format.frameBytes;
    }

    @Override
    public void decode(PcmSink sink) {
        ByteBuffer in = samples.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        float[] block = new float[BLOCK * format.channels];
        for (long done = 0; done < frames(); done += BLOCK) {
            int count = (int) Math.min(BLOCK, frames() - done);
            for (int i = 0; i < count * format.channels; i++) {
                block[i] = format.sample(in);
            }
            sink.interleaved(block, count);
        }
    }

    /** The bytes of a data chunk; a writer that could not go back leaves its size open. */
    private static ByteBuffer data(ByteBuffer file, long size) {
        if (size != OPEN_END && size > file.remaining()) {
            throw RefusedAudio.damaged("the WAV file says " + size + " bytes of samples follow, and " + file.remaining()
                    + " do: it was cut off");
        }
        return file.slice(file.position(), (int) Math.min(size, file.remaining()));
    }

    private static void skip(ByteBuffer file, long bytes) {
        if (bytes > file.remaining()) {
            throw RefusedAudio.damaged("the WAV file has a chunk of " + bytes + " bytes where " + file.remaining()
                    + " follow: it was cut off");
        }
        file.position(file.position() + (int) bytes);
    }
}
