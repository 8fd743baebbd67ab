// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes what {@link WireReader} reads. */
final class WireWriter {

    private static final int CHECKSUM = 4;
    private static final int MOST = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int length;

    /** @param expected bytes that will be written, with the checksum; more are written too, at the price of a copy */
    WireWriter(byte[] magic, int expected) {
        bytes = new byte[Math.max(magic.length, expected)];
        octets(magic);
    }

    void octet(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    /** Bytes of a count. */
    static int size(int count) {
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(count) + 6) / 7);
    }

    /** LEB128. */
    void count(int value) {
        int left = value;
        while (left >= 0x80) {
            octet(left & 0x7f | 0x80);
            left >>>= 7;
        }
        octet(left);
    }

    void int64(long value) {
        room(Long.BYTES).putLong(value);
        length += Long.BYTES;
    }

    void floats(float[] values) {
        int size = Math.multiplyExact(Float.BYTES, values.length);
        room(size).asFloatBuffer().put(values);
        length += size;
    }

    void octets(byte[] octets) {
        room(octets.length).put(octets);
        length += octets.length;
    }

    /** All that was written, and its CRC-32C. */
    byte[] withChecksum() {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        ByteBuffer.wrap(bytes, length, CHECKSUM).order(ByteOrder.LITTLE_ENDIAN).putInt((int) crc.getValue());
        length += CHECKSUM;
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Room for so many bytes and the checksum, where the next ones go. */
    private ByteBuffer room(int size) {
        int needed = Math.addExact(Math.addExact(length, size), CHECKSUM);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, size > length ? needed : (int) Math.max(needed, Math.min(MOST, 2L * length)));
        }
        return ByteBuffer.wrap(bytes, length, bytes.length - length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
