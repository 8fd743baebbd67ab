package dev.rivulet.federated.compression;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Writes what {@link WireReader} reads. */
final class WireWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WireWriter(byte[] magic) {
        bytes.writeBytes(magic);
    }

    void octet(int value) {
        bytes.write(value);
    }

    /** LEB128. */
    void count(int value) {
        int left = value;
        while (left >= 0x80) {
            bytes.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        bytes.write(left);
    }

    void int64(long value) {
        bytes.writeBytes(littleEndian(8).putLong(value).array());
    }

    void floats(float[] values) {
        ByteBuffer buffer = littleEndian(4 * values.length);
        buffer.asFloatBuffer().put(values);
        bytes.writeBytes(buffer.array());
    }

    void octets(byte[] octets) {
        bytes.writeBytes(octets);
    }

    /** All that was written, and its CRC-32C. */
    byte[] withChecksum() {
        CRC32C crc = new CRC32C();
        crc.update(bytes.toByteArray());
        bytes.writeBytes(littleEndian(4).putInt((int) crc.getValue()).array());
        return bytes.toByteArray();
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
