// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Writes Ogg files with right checksums around contents that are not. */
final class Ogg {

    private Ogg() {}

    /** A page for each packet, the positions all 0 but the last, which is a second. */
    static byte[] pages(byte[]... packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < packets.length; i++) {
            out.writeBytes(page(i, i == 0 ? 2 : 0, i == packets.length - 1 ? 48_000 : 0, packets[i], 1));
        }
        return out.toByteArray();
    }

    /** A page that holds a packet several times. */
    static byte[] page(int number, int flags, long granule, byte[] packet, int times) {
        int laces = packet.length / 255 + 1;
        ByteBuffer page =
                ByteBuffer.allocate(27 + times * (laces + packet.length)).order(ByteOrder.LITTLE_ENDIAN);
        page.put(Attacks.ascii("OggS\0"))
                .put((byte) flags)
                .putLong(granule)
                .putInt(7)
                .putInt(number)
                .putInt(0);
        page.put((byte) (times * laces));
        for (int time = 0; time < times; time++) {
            for (int lace = 0; lace < laces; lace++) {
                page.put((byte) (lace < laces - 1 ? 255 : packet.length % 255));
            }
        }
        for (int time = 0; time < times; time++) {
            page.put(packet);
        }
        return summed(page.array());
    }

    /** Writes the right checksum of each page of a file into it. */
    static byte[] mended(byte[] file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < file.length; ) {
            int size = 27 + (file[at + 26] & 0xFF);
            for (int i = 0; i < (file[at + 26] & 0xFF); i++) {
                size += file[at + 27 + i] & 0xFF;
            }
            out.writeBytes(summed(Arrays.copyOfRange(file, at, Math.min(file.length, at + size))));
            at += size;
        }
        return out.toByteArray();
    }

    private static byte[] summed(byte[] page) {
        ByteBuffer buffer = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).putInt(22, 0);
        int sum = 0;
        for (byte value : page) {
            sum ^= value << 24;
            for (int bit = 0; bit < 8; bit++) {
                sum = sum << 1 ^ (sum < 0 ? 0x04c11db7 : 0);
            }
        }
        buffer.putInt(22, sum);
        return page;
    }

    static byte[] vorbis(byte[] setup) {
        return pages(vorbisHead(1, 0xB8), Attacks.ascii("\u0003vorbis"), setup);
    }

    /** A file with that many channels whose set-up header is that of a real one. */
    static byte[] vorbis(int channels) {
        OggStream stream = new OggStream(Fixtures.bytes("vorbis-16000.ogg"));
        stream.next();
        return pages(vorbisHead(channels, 0xB8), stream.next(), stream.next());
    }

    static byte[] vorbisHead(int channels, int blocks) {
        ByteBuffer head = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
        head.put(Attacks.ascii("\u0001vorbis")).putInt(0).put((byte) channels).putInt(16_000);
        return head.put(28, (byte) blocks).put(29, (byte) 1).array();
    }

    static byte[] opusHead(int channels) {
        ByteBuffer head = ByteBuffer.allocate(19).order(ByteOrder.LITTLE_ENDIAN);
        return head.put(Attacks.ascii("OpusHead\u0001"))
                .put((byte) channels)
                .putShort((short) 312)
                .putInt(48_000)
                .array();
    }

    /** Packets of 2 bytes that are 120 ms each, and positions that say there is nothing. */
    static byte[] opusBomb() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(page(0, 2, 0, opusHead(1), 1));
        out.writeBytes(page(1, 0, 0, Attacks.ascii("OpusTags"), 1));
        byte[] packet = {0x1B, 0x02};
        for (int page = 2; out.size() < 800_000; page++) {
            out.writeBytes(page(page, 0, -1, packet, 250));
        }
        return out.toByteArray();
    }

    /** Bits from the lowest of each byte on. */
    static final class Bits {
        private final byte[] bytes = new byte[4096];
        private int at;

        Bits write(long value, int bits) {
            for (int i = 0; i < bits; i++, at++) {
                bytes[at >> 3] |= (byte) ((value >> i & 1) << (at & 7));
            }
            return this;
        }

        byte[] bytes() {
            return bytes.clone();
        }
    }
}
