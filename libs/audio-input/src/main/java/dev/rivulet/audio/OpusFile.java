// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Opus in Ogg, one or two channels (RFC 6716, RFC 7845), decoded at 48 kHz. */
final class OpusFile implements AudioFile {

    private static final int RATE = 48_000;
    /** Frames of the longest packet, 120 ms. */
    private static final int LONGEST = 5_760;

    private final OggStream stream;
    private final int channels;
    private final int skip;
    private final float scale;

    private OpusFile(OggStream stream, int channels, int skip, float scale) {
        this.stream = stream;
        this.channels = channels;
        this.skip = skip;
        this.scale = scale;
    }

    static OpusFile open(byte[] head, OggStream stream) {
        if (head.length < 19 || (head[8] & 0xF0) != 0) {
            throw RefusedAudio.damaged("the Opus header has " + head.length + " bytes or a version that is not known");
        }
        ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        int channels = head[9] & 0xFF;
        if (head[18] != 0 || channels < 1 || channels > 2) {
            throw new RefusedAudio(
                    Reason.UNSUPPORTED,
                    "the Opus file has " + channels + " channels of mapping " + (head[18] & 0xFF)
                            + "; one or two of mapping 0 are read: send mono or stereo");
        }
        if (stream.ended() || !Bytes.startsWith(stream.next(), 0, "OpusTags")) {
            throw RefusedAudio.damaged("the Opus file has no comments after its header: it was cut off");
        }
        int skip = Short.toUnsignedInt(fields.getShort(10));
        return new OpusFile(stream, channels, skip, (float) Math.pow(10, fields.getShort(16) / (20.0 * 256)));
    }

    @Override
    public AudioKind kind() {
        return AudioKind.OGG_OPUS;
    }

    @Override
    public int rate() {
        return RATE;
    }

    @Override
    public int channels() {
        return channels;
    }

    @Override
    public long frames() {
        return stream.lastGranule() < 0 ? UNKNOWN : Math.max(0, stream.lastGranule() - skip);
    }

    @Override
    public void decode(PcmSink sink) {
        try {
            OpusDecoder decoder = new OpusDecoder(RATE, channels);
            short[] pcm = new short[LONGEST * channels];
            Trim trim = new Trim(sink, channels, skip, frames());
            while (!stream.ended()) {
                byte[] packet = stream.next();
                if (packet.length == 0) {
                    throw RefusedAudio.damaged("the Opus file has an empty packet after " + sink.frames() + " frames");
                }
                int count = decoder.decode(packet, 0, packet.length, pcm, 0, LONGEST, false);
                trim.accept(pcm, count, scale / 32768f);
            }
        } catch (OpusException e) {
            throw RefusedAudio.damaged(
                    "the Opus file has a packet that can't be decoded after " + sink.frames() + " frames");
        }
    }
}
