// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/**
 * The orientation in a block of EXIF (CIPA DC-008, tag 0x0112): one number of the first directory. No offset is followed but the one
 * to that directory, so that a block can't send a reader round in circles.
 */
final class Exif {

    private static final int TAG = 0x0112;
    private static final int MOST_ENTRIES = 512;

    private Exif() {}

    /** 1 to 8; 1 if the block has none or can't be read: it is no part of the picture. */
    static int orientation(Bytes bytes, int at, int length) {
        try {
            bytes.require(at, length);
            int start = bytes.has(at, "Exif\0\0") ? at + 6 : at;
            return read(bytes, start, at + length);
        } catch (ImageRefusedException e) {
            return 1;
        }
    }

    private static int read(Bytes bytes, int start, int end) throws ImageRefusedException {
        boolean little = bytes.has(start, "II*\0");
        if (!little && !bytes.has(start, "MM\0*")) {
            return 1;
        }
        long offset = little ? bytes.u32le(start + 4) : bytes.u32(start + 4);
        if (offset < 8 || start + offset + 2 > end) {
            return 1;
        }
        int directory = start + (int) offset;
        int entries = Math.min(MOST_ENTRIES, u16(bytes, directory, little));
        for (int i = 0; i < entries && directory + 14 + 12 * i <= end; i++) {
            int entry = directory + 2 + 12 * i;
            if (u16(bytes, entry, little) == TAG) {
                int value = u16(bytes, entry + 8, little);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    private static int u16(Bytes bytes, int at, boolean little) throws ImageRefusedException {
        return little ? bytes.u16le(at) : bytes.u16(at);
    }
}
