// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A FLAC file whose frames are 15 bytes and 65 535 samples of silence each, and whose header does not say how many follow. */
final class FlacBomb {

    private static final int BLOCK = 65_535;

    private FlacBomb() {}

    static byte[] silence() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer description = ByteBuffer.allocate(42).put(Attacks.ascii("fLaC\u0080\0\0\""));
        description.putShort((short) BLOCK).putShort((short) BLOCK).position(18);
        out.writeBytes(description.putLong(16_000L << 44 | 15L << 36).array());
        for (int number = 0; number < 100; number++) {
            out.writeBytes(frame(number));
        }
        return out.toByteArray();
    }

    private static byte[] frame(int number) {
        ByteBuffer frame = ByteBuffer.allocate(13);
        frame.putShort((short) 0xFFF8).put((byte) 0x75).put((byte) 0x08).put((byte) number);
        frame.putShort((short) (BLOCK - 1));
        frame.put((byte) crc(frame.array(), 7, 8, 0x07)).put((byte) 0).putShort((short) 0);
        return frame.putShort((short) crc(frame.array(), 11, 16, 0x8005)).array();
    }

    private static int crc(byte[] bytes, int length, int bits, int polynomial) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum ^= (bytes[i] & 0xFF) << bits - 8;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum >> bits - 1 & 1) != 0 ? sum << 1 ^ polynomial : sum << 1;
            }
        }
        return sum & (1 << bits) - 1;
    }
}
