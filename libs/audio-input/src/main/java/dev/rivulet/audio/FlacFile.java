// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jflac.ChannelData;
import org.jflac.FLACDecoder;
import org.jflac.FrameListener;
import org.jflac.frame.Frame;
import org.jflac.metadata.Metadata;

/** Native FLAC (RFC 9639) of 4 to 24 bits. The decoder sees the stream's description and its frames; other metadata are stepped over here. */
final class FlacFile implements AudioFile {

    private static final int DESCRIPTION = 34;

    private final byte[] bytes;
    private final int firstFrame;
    private final int rate;
    private final int channels;
    private final int bits;
    private final long total;

    private FlacFile(byte[] bytes, int firstFrame, long packed) {
        this.bytes = bytes;
        this.firstFrame = firstFrame;
        this.rate = (int) (packed >>> 44);
        this.channels = (int) (packed >>> 41 & 7) + 1;
        this.bits = (int) (packed >>> 36 & 31) + 1;
        this.total = packed & (1L << 36) - 1;
    }

    static boolean recognises(byte[] bytes) {
        return Bytes.startsWith(bytes, 0, "fLaC");
    }

    static FlacFile open(byte[] bytes) {
        if (bytes.length < 8 + DESCRIPTION || (bytes[4] & 0x7F) != 0 || size(bytes, 4) != DESCRIPTION) {
            throw RefusedAudio.damaged("the FLAC file does not begin with its description of 34 bytes");
        }
        int at = 4;
        while (bytes[at] >= 0) {
            at += 4 + size(bytes, at);
            if (at + 4 > bytes.length) {
                throw RefusedAudio.damaged(
                        "the FLAC file ends within its metadata, at byte " + bytes.length + ": it was cut off");
            }
        }
        FlacFile file = new FlacFile(
                bytes, at + 4 + size(bytes, at), ByteBuffer.wrap(bytes).getLong(18));
        if (file.firstFrame > bytes.length) {
            throw RefusedAudio.damaged(
                    "the FLAC file ends within its metadata, at byte " + bytes.length + ": it was cut off");
        }
        if (file.bits < 4 || file.bits > 24) {
            throw new RefusedAudio(
                    Reason.UNSUPPORTED,
                    "the FLAC file has samples of " + file.bits + " bits; 4 to 24 are read: send 16");
        }
        return file;
    }

    private static int size(byte[] bytes, int block) {
        return (bytes[block + 1] & 0xFF) << 16 | (bytes[block + 2] & 0xFF) << 8 | bytes[block + 3] & 0xFF;
    }

    @Override
    public AudioKind kind() {
        return AudioKind.FLAC;
    }

    @Override
    public int rate() {
        return rate;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public long frames() {
        return total == 0 ? UNKNOWN : total;
    }

    @Override
    public void decode(PcmSink sink) {
        byte[] head = new byte[8 + DESCRIPTION];
        System.arraycopy(bytes, 0, head, 0, head.length);
        head[4] = (byte) 0x80;
        // A decoder that knows how many frames there are goes round for ever where more follow.
        head[21] &= (byte) 0xF0;
        Arrays.fill(head, 22, 26, (byte) 0);
        FLACDecoder decoder = new FLACDecoder(new SequenceInputStream(
                new ByteArrayInputStream(head),
                new ByteArrayInputStream(bytes, firstFrame, bytes.length - firstFrame)));
        try {
            decoder.readMetadata();
            decoder.addFrameListener(new FirstFault(sink));
            Frame frame = decoder.readNextFrame();
            while (frame != null) {
                frame(decoder, frame, sink);
                frame = sink.frames() == total ? null : decoder.readNextFrame();
            }
        } catch (IOException e) {
            throw RefusedAudio.damaged(
                    "the FLAC file has a frame that can't be decoded after " + sink.frames() + " frames");
        }
        if (decoder.getBadFrames() > 0 || total != 0 && sink.frames() != total) {
            throw RefusedAudio.damaged("the FLAC file declares " + total + " frames and has " + sink.frames()
                    + ", bad blocks left out: it was cut off or damaged");
        }
    }

    /** Ends the decoding at the first fault, where the decoder would look for another frame. */
    private record FirstFault(PcmSink sink) implements FrameListener {

        @Override
        public void processMetadata(Metadata metadata) {}

        @Override
        public void processFrame(Frame frame) {}

        @Override
        public void processError(String fault) {
            throw RefusedAudio.damaged("the FLAC file has no sound frame after " + sink.frames() + " frames of sound");
        }
    }

    private void frame(FLACDecoder decoder, Frame frame, PcmSink sink) {
        if (frame.header.channels != channels || frame.header.bitsPerSample != bits) {
            throw RefusedAudio.damaged("the FLAC file has a block of " + frame.header.channels + " channels and "
                    + frame.header.bitsPerSample + " bits, not those of its description");
        }
        int count = frame.header.blockSize;
        float scale = 1f / (1 << bits - 1);
        float[] samples = new float[count * channels];
        ChannelData[] decoded = decoder.getChannelData();
        for (int channel = 0; channel < channels; channel++) {
            int[] values = decoded[channel].getOutput();
            for (int i = 0; i < count; i++) {
                samples[i * channels + channel] = values[i] * scale;
            }
        }
        sink.interleaved(samples, count);
    }
}
