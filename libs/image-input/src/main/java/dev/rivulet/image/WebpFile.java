// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;
import static dev.rivulet.image.ImageRefusedException.unsupported;

/** The chunks of a WebP (RFC 9649); animations are refused. */
final class WebpFile {

    private static final int MOST_CHUNKS = 100_000;

    private final Bytes bytes;
    private int width;
    private int height;
    private int frames;
    private int orientation = 1;

    private WebpFile(Bytes bytes) {
        this.bytes = bytes;
    }

    static ImageHeader header(Bytes bytes) throws ImageRefusedException {
        WebpFile file = new WebpFile(bytes);
        file.walk();
        if (file.width == 0 || file.frames == 0) {
            throw malformed("the WebP has no picture");
        }
        return new ImageHeader(ImageFormat.WEBP, file.width, file.height, 1, file.orientation);
    }

    private void walk() throws ImageRefusedException {
        long end = 8 + bytes.u32le(4);
        bytes.require(0, end);
        int at = 12;
        for (int chunk = 0; at + 8 <= end; chunk++) {
            if (chunk == MOST_CHUNKS) {
                throw malformed("the WebP has more than " + MOST_CHUNKS + " chunks");
            }
            long length = bytes.u32le(at + 4);
            bytes.require(at, 8 + length);
            chunk(at, (int) length);
            at += 8 + (int) (length + (length & 1));
        }
        bytes.requireEnd((int) end);
    }

    private void chunk(int at, int length) throws ImageRefusedException {
        switch (bytes.text(at, 4)) {
            case "VP8X" -> canvas(bytes.u24le(at + 12) + 1, bytes.u24le(at + 15) + 1);
            case "VP8 " -> {
                lossy(at + 8);
                frames++;
            }
            case "VP8L" -> {
                lossless(at + 8);
                frames++;
            }
            case "ANMF" -> throw unsupported("the WebP is an animation; send a GIF, or its frames one by one");
            case "EXIF" -> orientation = Exif.orientation(bytes, at + 8, length);
            default -> {
                // Alpha belongs to the picture before it; profiles and notes are no part of one.
            }
        }
        if (frames > 1) {
            throw malformed("the WebP has two pictures");
        }
    }

    /** A picture of another size than the canvas that was told is refused: limits are checked against the canvas. */
    private void canvas(int wide, int high) throws ImageRefusedException {
        if (width != 0 && (width != wide || height != high)) {
            throw malformed("the WebP tells two sizes, " + width + " × " + height + " and " + wide + " × " + high);
        }
        width = Sizes.of(wide, "width");
        height = Sizes.of(high, "height");
    }

    private void lossy(int at) throws ImageRefusedException {
        if ((bytes.u8(at) & 1) != 0 || bytes.u24le(at + 3) != 0x2a019d) {
            throw malformed("the WebP's picture at byte " + at + " has no key frame");
        }
        canvas(bytes.u16le(at + 6) & 0x3fff, bytes.u16le(at + 8) & 0x3fff);
    }

    private void lossless(int at) throws ImageRefusedException {
        if (bytes.u8(at) != 0x2f) {
            throw malformed("the WebP's picture at byte " + at + " does not begin as a lossless one");
        }
        long sizes = bytes.u32le(at + 1);
        canvas((int) (sizes & 0x3fff) + 1, (int) (sizes >> 14 & 0x3fff) + 1);
    }
}
