// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;
import static dev.rivulet.image.ImageRefusedException.unsupported;

/** The header of a BMP. Files that wrap a JPEG or a PNG are not read: their own sizes would be another file's. */
final class BmpFile {

    private BmpFile() {}

    static ImageHeader header(Bytes bytes) throws ImageRefusedException {
        long size = bytes.u32le(14);
        if (size == 12) {
            return header(bytes.u16le(18), bytes.u16le(20));
        }
        if (size < 40 || size > 124) {
            throw unsupported("the BMP has a header of " + size + " bytes; 12 and 40 to 124 are read");
        }
        int bits = bytes.u16le(28);
        long compression = bytes.u32le(30);
        if (compression > 3) {
            throw unsupported("the BMP has the compression " + compression + "; 0 to 3 are read");
        }
        long colours = bytes.u32le(46);
        if (colours > 256 || bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
            throw malformed("the BMP has " + bits + " bits a pixel and " + colours + " colours");
        }
        long pixels = bytes.u32le(10);
        if (pixels < 14 + size || pixels >= bytes.size()) {
            throw malformed("the BMP's pixels begin at byte " + pixels + ", outside the file");
        }
        return header((int) bytes.u32le(18), (int) bytes.u32le(22));
    }

    private static ImageHeader header(int width, int height) throws ImageRefusedException {
        // A negative height says that the first row is the top one.
        return new ImageHeader(
                ImageFormat.BMP, Sizes.of(width, "width"), Sizes.of(Math.abs((long) height), "height"), 1, 1);
    }
}
