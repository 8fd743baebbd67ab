// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import org.jspecify.annotations.Nullable;

/**
 * The header of a frame of MPEG audio, layer III (ISO 11172-3, 13818-3, and the 2.5 extension).
 *
 * @param mpeg1 whether it is MPEG 1; else 2 or 2.5
 * @param rate frames of sound a second
 * @param channels 1 or 2
 * @param length bytes of the frame, header included
 * @param protectedByChecksum whether two bytes of checksum follow the header
 */
record Mp3Header(boolean mpeg1, int rate, int channels, int length, boolean protectedByChecksum) {

    private static final int[] MPEG1_KILOBITS = {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    private static final int[] MPEG2_KILOBITS = {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
    private static final int[] RATES = {44_100, 48_000, 32_000};

    /** The header at an offset, or null where none can be. Frames of free size are not read. */
    static @Nullable Mp3Header at(byte[] bytes, int offset) {
        if (offset + 4 > bytes.length || bytes[offset] != (byte) 0xFF || (bytes[offset + 1] & 0xE6) != 0xE2) {
            return null;
        }
        int version = bytes[offset + 1] >> 3 & 3;
        int bitrate = bytes[offset + 2] >> 4 & 15;
        int rateIndex = bytes[offset + 2] >> 2 & 3;
        if (version == 1 || bitrate == 0 || bitrate == 15 || rateIndex == 3) {
            return null;
        }
        boolean mpeg1 = version == 3;
        int rate = RATES[rateIndex] / (mpeg1 ? 1 : version == 2 ? 2 : 4);
        int bits = 1000 * (mpeg1 ? MPEG1_KILOBITS : MPEG2_KILOBITS)[bitrate];
        int length = (mpeg1 ? 144 : 72) * bits / rate + (bytes[offset + 2] >> 1 & 1);
        int channels = (bytes[offset + 3] >> 6 & 3) == 3 ? 1 : 2;
        return new Mp3Header(mpeg1, rate, channels, length, (bytes[offset + 1] & 1) == 0);
    }

    /** Frames of sound that one frame of the file holds. */
    int samples() {
        return mpeg1 ? 1152 : 576;
    }

    /** Bytes between the beginning of the frame and the scale factors and codes. */
    int sideEnd() {
        int side = mpeg1 ? channels == 1 ? 17 : 32 : channels == 1 ? 9 : 17;
        return 4 + side + (protectedByChecksum ? 2 : 0);
    }

    boolean sameStream(Mp3Header other) {
        return mpeg1 == other.mpeg1 && rate == other.rate && channels == other.channels;
    }
}
