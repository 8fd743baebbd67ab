// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.io.ByteArrayOutputStream;

/**
 * The packets of the only stream of an Ogg file (RFC 3533). Opening walks all pages and holds each to its checksum; packets are put together
 * when they are asked for.
 */
final class OggStream {

    private static final int HEADER = 27;
    private static final int CONTINUED = 1;
    private static final int FIRST = 2;
    private static final int[] CHECKSUMS = checksums();

    private final byte[] file;
    private final long lastGranule;
    private int page;
    private int segment;
    private int data;

    OggStream(byte[] file) {
        this.file = file;
        long granule = -1;
        int at = 0;
        for (long number = 0; at < file.length; number++) {
            check(at, number);
            granule = littleEndian(at + 6, 8) >= 0 ? littleEndian(at + 6, 8) : granule;
            at = end(at);
        }
        this.lastGranule = granule;
        open(0);
    }

    static boolean recognises(byte[] bytes) {
        return Bytes.startsWith(bytes, 0, "OggS");
    }

    /** The position that the last page declares, in the codec's units, or −1. */
    long lastGranule() {
        return lastGranule;
    }

    /** The next packet, possibly empty; a packet of no bytes that marks the end is {@link #ended}. */
    byte[] next() {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        while (!ended()) {
            int lace = file[page + HEADER + segment] & 0xFF;
            packet.write(file, data, lace);
            data += lace;
            segment++;
            skipEmptyPages();
            if (lace < 255) {
                return packet.toByteArray();
            }
        }
        throw RefusedAudio.damaged("the Ogg file ends within a packet: it was cut off");
    }

    /** Whether no packet follows. */
    boolean ended() {
        return page >= file.length;
    }

    private void open(int at) {
        page = at;
        segment = 0;
        data = at < file.length ? at + HEADER + segments(at) : at;
        skipEmptyPages();
    }

    private void skipEmptyPages() {
        while (page < file.length && segment >= segments(page)) {
            page = end(page);
            segment = 0;
            data = page < file.length ? page + HEADER + segments(page) : page;
        }
    }

    private void check(int at, long number) {
        if (file.length - at < HEADER || !Bytes.startsWith(file, at, "OggS") || file[at + 4] != 0) {
            throw RefusedAudio.damaged(
                    "the Ogg file has no page where one must begin, at byte " + at + ": it was cut off or damaged");
        }
        if (file.length - at < HEADER + segments(at) || end(at) > file.length) {
            throw RefusedAudio.damaged("the Ogg file ends within the page at byte " + at + ": it was cut off");
        }
        boolean first = (file[at + 5] & FIRST) != 0;
        if (first != (number == 0) || littleEndian(at + 14, 4) != littleEndian(14, 4)) {
            throw new RefusedAudio(
                    Reason.UNSUPPORTED,
                    "the Ogg file has several streams, the second at byte " + at + "; send one sound in a file");
        }
        if (littleEndian(at + 22, 4) != checksum(at)) {
            throw RefusedAudio.damaged(
                    "the Ogg page at byte " + at + " does not have its checksum: the file was damaged");
        }
        if (number == 0 && (file[at + 5] & CONTINUED) != 0) {
            throw RefusedAudio.damaged("the Ogg file begins within a packet");
        }
    }

    private int segments(int at) {
        return file[at + 26] & 0xFF;
    }

    private int end(int at) {
        int size = HEADER + segments(at);
        for (int i = 0; i < segments(at); i++) {
            size += file[at + HEADER + i] & 0xFF;
        }
        return at + size;
    }

    private long littleEndian(int at, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | file[at + i] & 0xFF;
        }
        return value;
    }

    private long checksum(int at) {
        int sum = 0;
        int end = end(at);
        for (int i = at; i < end; i++) {
            int value = i >= at + 22 && i < at + 26 ? 0 : file[i] & 0xFF;
            sum = sum << 8 ^ CHECKSUMS[(sum >>> 24 ^ value) & 0xFF];
        }
        return Integer.toUnsignedLong(sum);
    }

    private static int[] checksums() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int value = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                value = value << 1 ^ (value < 0 ? 0x04c11db7 : 0);
            }
            table[i] = value;
        }
        return table;
    }
}
