// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.BitstreamException;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.DecoderException;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.SampleBuffer;
import org.jspecify.annotations.Nullable;

/**
 * MPEG audio, layer III. Opening walks from frame to frame, so that the decoder sees frames alone: tags before and after are stepped over, and
 * anything else among them is damage. What LAME notes of its delay is left out of the sound.
 */
final class Mp3File implements AudioFile {

    private static final int DECODER_DELAY = 529;

    private final byte[] bytes;
    private final Mp3Header first;
    private final int from;
    private final int to;
    private final int skip;
    private final long frames;

    private Mp3File(byte[] bytes, Mp3Header first, int from, int to, int skip, long frames) {
        this.bytes = bytes;
        this.first = first;
        this.from = from;
        this.to = to;
        this.skip = skip;
        this.frames = frames;
    }

    static boolean recognises(byte[] bytes) {
        if (Bytes.startsWith(bytes, 0, "ID3")) {
            return true;
        }
        Mp3Header header = Mp3Header.at(bytes, 0);
        return header != null && (header.length() >= bytes.length || Mp3Header.at(bytes, header.length()) != null);
    }

    static Mp3File open(byte[] bytes) {
        int begin = afterTag(bytes);
        Mp3Header first = Mp3Header.at(bytes, begin);
        if (first == null) {
            throw RefusedAudio.damaged(
                    "the MP3 file has no frame of layer III at byte " + begin + ", where its first must be");
        }
        int at = begin;
        int count = 0;
        for (Mp3Header header = first; header != null; header = Mp3Header.at(bytes, at)) {
            if (!header.sameStream(first) || at + header.length() > bytes.length) {
                throw RefusedAudio.damaged(
                        "the MP3 file has a frame at byte " + at + " that is cut off or of another rate");
            }
            at += header.length();
            count++;
        }
        if (at < bytes.length && !isTag(bytes, at)) {
            throw RefusedAudio.damaged(
                    "the MP3 file has no frame at byte " + at + ", where one must follow: it was damaged");
        }
        return trimmed(bytes, first, begin, at, count);
    }

    private static Mp3File trimmed(byte[] bytes, Mp3Header first, int begin, int end, int count) {
        ByteBuffer note = note(bytes, first, begin);
        if (note == null) {
            return new Mp3File(bytes, first, begin, end, 0, (long) count * first.samples());
        }
        int flags = note.getInt();
        int rest = 4 * (Integer.bitCount(flags & 3) + (flags >> 3 & 1)) + 100 * (flags >> 2 & 1);
        int lame = note.position() + rest;
        long all = (long) (count - 1) * first.samples();
        int from = begin + first.length();
        if (lame + 24 > from || !Bytes.startsWith(bytes, lame, "L")) {
            return new Mp3File(bytes, first, from, end, 0, all);
        }
        int delay = (bytes[lame + 21] & 0xFF) << 4 | (bytes[lame + 22] & 0xFF) >> 4;
        int padding = (bytes[lame + 22] & 0xF) << 8 | bytes[lame + 23] & 0xFF;
        return new Mp3File(bytes, first, from, end, delay + DECODER_DELAY, Math.max(0, all - delay - padding));
    }

    /** What follows the mark of a first frame that holds no sound but notes about the file. */
    private static @Nullable ByteBuffer note(byte[] bytes, Mp3Header first, int begin) {
        int mark = begin + first.sideEnd();
        boolean there = mark + 8 <= begin + first.length()
                && (Bytes.startsWith(bytes, mark, "Xing") || Bytes.startsWith(bytes, mark, "Info"));
        return there ? ByteBuffer.wrap(bytes).position(mark + 4) : null;
    }

    /** Where an ID3v2 tag ends. */
    private static int afterTag(byte[] bytes) {
        if (!Bytes.startsWith(bytes, 0, "ID3")) {
            return 0;
        }
        if (bytes.length < 10) {
            throw RefusedAudio.damaged("the MP3 file ends within its tag: it was cut off");
        }
        int size = 0;
        for (int i = 6; i < 10; i++) {
            size = size << 7 | bytes[i] & 0x7F;
        }
        long end = 10L + size + ((bytes[5] & 0x10) != 0 ? 10 : 0);
        if (end > bytes.length) {
            throw RefusedAudio.damaged(
                    "the MP3 file's tag says it has " + size + " bytes, more than the file: it was cut off");
        }
        int at = (int) end;
        while (at < bytes.length && bytes[at] == 0) {
            at++;
        }
        return at;
    }

    private static boolean isTag(byte[] bytes, int at) {
        return Bytes.startsWith(bytes, at, "TAG")
                || Bytes.startsWith(bytes, at, "APETAGEX")
                || Bytes.startsWith(bytes, at, "LYRICSBEGIN");
    }

    @Override
    public AudioKind kind() {
        return AudioKind.MP3;
    }

    @Override
    public int rate() {
        return first.rate();
    }

    @Override
    public int channels() {
        return first.channels();
    }

    @Override
    public long frames() {
        return frames;
    }

    @Override
    public void decode(PcmSink sink) {
        Bitstream stream = new Bitstream(new ByteArrayInputStream(bytes, from, to - from));
        Decoder decoder = new Decoder();
        Trim trim = new Trim(sink, channels(), skip, frames);
        try {
            for (Header header = stream.readFrame(); header != null; header = stream.readFrame()) {
                SampleBuffer decoded = (SampleBuffer) decoder.decodeFrame(header, stream);
                if (decoded.getChannelCount() != channels()) {
                    throw RefusedAudio.damaged("the MP3 file changes its channels after " + sink.frames() + " frames");
                }
                trim.accept(decoded.getBuffer(), decoded.getBufferLength() / channels(), 1 / 32768f);
                stream.closeFrame();
            }
        } catch (BitstreamException | DecoderException e) {
            throw RefusedAudio.damaged(
                    "the MP3 file has a frame that can't be decoded after " + sink.frames() + " frames");
        }
    }
}
