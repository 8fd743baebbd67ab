// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import com.jcraft.jogg.Packet;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Vorbis in Ogg ("Vorbis I specification", Xiph.org). Its set-up header is held to its own sizes before a decoder sees it. */
final class VorbisFile implements AudioFile {

    /** A header without comments; those of the file are nobody's concern here. */
    private static final byte[] NO_COMMENTS =
            "\u0003vorbis\0\0\0\0\0\0\0\0\u0001".getBytes(StandardCharsets.ISO_8859_1);

    private final OggStream stream;
    private final byte[] head;
    private final byte[] setup;

    private VorbisFile(byte[] head, byte[] setup, OggStream stream) {
        this.head = head;
        this.setup = setup;
        this.stream = stream;
    }

    static VorbisFile open(byte[] head, OggStream stream) {
        int blocks = head.length == 30 ? head[28] & 0xFF : 0;
        if ((blocks & 0xF) < 6 || blocks >> 4 > 13 || (blocks & 0xF) > blocks >> 4 || head[11] == 0) {
            throw RefusedAudio.damaged(
                    "the Vorbis header has " + head.length + " bytes, no channels or impossible block sizes");
        }
        if (stream.ended() || !Bytes.startsWith(stream.next(), 0, "\u0003vorbis") || stream.ended()) {
            throw RefusedAudio.damaged("the Vorbis file ends within its headers: it was cut off");
        }
        byte[] setup = stream.next();
        VorbisSetup.check(setup, (1 << (blocks >> 4)) / 2 * (head[11] & 0xFF));
        return new VorbisFile(head, setup, stream);
    }

    @Override
    public AudioKind kind() {
        return AudioKind.OGG_VORBIS;
    }

    @Override
    public int rate() {
        return ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
    }

    @Override
    public int channels() {
        return head[11] & 0xFF;
    }

    @Override
    public long frames() {
        return stream.lastGranule() < 0 ? UNKNOWN : stream.lastGranule();
    }

    @Override
    public void decode(PcmSink sink) {
        Info info = new Info();
        info.init();
        Comment comment = new Comment();
        comment.init();
        int number = 0;
        for (byte[] header : new byte[][] {head, NO_COMMENTS, setup}) {
            if (info.synthesis_headerin(comment, packet(header, number++)) < 0) {
                throw RefusedAudio.damaged("the Vorbis file has a header that contradicts itself");
            }
        }
        DspState state = new DspState();
        state.synthesis_init(info);
        Block block = new Block(state);
        Trim trim = new Trim(sink, channels(), 0, frames());
        while (!stream.ended()) {
            if (block.synthesis(packet(stream.next(), number++)) != 0) {
                throw RefusedAudio.damaged(
                        "the Vorbis file has a packet that can't be decoded after " + sink.frames() + " frames");
            }
            state.synthesis_blockin(block);
            drain(state, info, trim);
        }
    }

    private void drain(DspState state, Info info, Trim trim) {
        float[][][] pcm = new float[1][][];
        int[] offsets = new int[info.channels];
        for (int count = state.synthesis_pcmout(pcm, offsets);
                count > 0;
                count = state.synthesis_pcmout(pcm, offsets)) {
            float[] samples = new float[count * offsets.length];
            for (int channel = 0; channel < offsets.length; channel++) {
                for (int i = 0; i < count; i++) {
                    samples[i * offsets.length + channel] = pcm[0][channel][offsets[channel] + i];
                }
            }
            trim.accept(samples, count);
            state.synthesis_read(count);
        }
    }

    private static Packet packet(byte[] bytes, int number) {
        Packet packet = new Packet();
        packet.packet_base = bytes;
        packet.bytes = bytes.length;
        packet.b_o_s = number == 0 ? 1 : 0;
        packet.packetno = number;
        packet.granulepos = -1;
        return packet;
    }
}
