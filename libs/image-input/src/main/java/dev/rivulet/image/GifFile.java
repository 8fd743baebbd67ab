// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;

/** The blocks of a GIF (GIF89a). */
final class GifFile {

    private final Bytes bytes;
    private final int mostFrames;

    private GifFile(Bytes bytes, int mostFrames) {
        this.bytes = bytes;
        this.mostFrames = mostFrames;
    }

    /** Walks over all blocks; no frame may lie outside the canvas. */
    static ImageHeader header(Bytes bytes, int mostFrames) throws ImageRefusedException {
        return new GifFile(bytes, mostFrames).read();
    }

    private ImageHeader read() throws ImageRefusedException {
        int width = Sizes.of(bytes.u16le(6), "width");
        int height = Sizes.of(bytes.u16le(8), "height");
        int at = 13 + table(bytes.u8(10));
        int frames = 0;
        while (true) {
            int kind = bytes.u8(at);
            if (kind == 0x3b) {
                bytes.requireEnd(at + 1);
                break;
            } else if (kind == 0x21) {
                at = blocks(at + 2);
            } else if (kind == 0x2c) {
                checkFrame(at, width, height);
                if (++frames > mostFrames) {
                    throw new ImageRefusedException(
                            ImageRefusedException.Reason.SIZE,
                            "the GIF has more than " + mostFrames + " frames; send fewer");
                }
                at = blocks(at + 10 + table(bytes.u8(at + 9)) + 1);
            } else {
                throw malformed("the GIF has an unknown block at byte " + at);
            }
        }
        if (frames == 0) {
            throw malformed("the GIF has no frame");
        }
        return new ImageHeader(ImageFormat.GIF, width, height, frames, 1);
    }

    private void checkFrame(int at, int width, int height) throws ImageRefusedException {
        int right = bytes.u16le(at + 1) + bytes.u16le(at + 5);
        int bottom = bytes.u16le(at + 3) + bytes.u16le(at + 7);
        if (right > width || bottom > height || bytes.u16le(at + 5) == 0 || bytes.u16le(at + 7) == 0) {
            throw malformed("a frame of the GIF, at byte " + at + ", reaches beyond its canvas of " + width + " × "
                    + height + " pixels or is empty");
        }
        int codeSize = bytes.u8(at + 10 + table(bytes.u8(at + 9)));
        if (codeSize < 1 || codeSize > 11) {
            throw malformed("a frame of the GIF, at byte " + at + ", has codes of " + codeSize + " bits");
        }
    }

    private static int table(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
    }

    private int blocks(int from) throws ImageRefusedException {
        int at = from;
        while (bytes.u8(at) != 0) {
            at += 1 + bytes.u8(at);
        }
        return at + 1;
    }
}
