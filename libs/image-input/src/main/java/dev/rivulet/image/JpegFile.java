// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;
import static dev.rivulet.image.ImageRefusedException.unsupported;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * The segments of a JPEG (ITU-T T.81). Baseline, extended and progressive Huffman files of 8 bits are read. A progressive file may have
 * scans without end, each of which goes over the whole picture again: their number is bounded here.
 */
final class JpegFile {

    private static final int MOST_SCANS = 100;
    private static final int MOST_SEGMENTS = 10_000;
    private static final List<String> OTHER_FILES = List.of("PK", "<", "%PDF", "Rar!", "MZ", "\u007fELF", "GIF8", "#!");

    private final Bytes bytes;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private int width;
    private int height;
    private int components;
    private int orientation = 1;
    private int adobe = -1;
    private int scans;

    private JpegFile(Bytes bytes) {
        this.bytes = bytes;
    }

    static JpegFile open(Bytes bytes) throws ImageRefusedException {
        JpegFile file = new JpegFile(bytes);
        file.walk();
        return file;
    }

    ImageHeader header() {
        return new ImageHeader(ImageFormat.JPEG, width, height, 1, orientation);
    }

    /** 1, 3 or 4. */
    int components() {
        return components;
    }

    /** Whether the file says that it is Adobe's, whose four inks are stored inverted. */
    boolean adobe() {
        return adobe >= 0;
    }

    /** Whether four components are YCCK rather than CMYK. */
    boolean ycck() {
        return adobe == 2;
    }

    /** The file with nothing in it but pixels and how their colours are meant: no profile, preview or note reaches the decoder. */
    byte[] pixelsAlone() {
        return kept.toByteArray();
    }

    private void walk() throws ImageRefusedException {
        kept.write(bytes.array(), 0, 2);
        int at = 2;
        for (int segment = 0; segment < MOST_SEGMENTS; segment++) {
            if (bytes.u8(at) != 0xff) {
                throw malformed("the JPEG has no marker at byte " + at);
            }
            int marker = bytes.u8(at + 1);
            if (marker == 0xff) {
                at++;
            } else if (marker == 0xd9) {
                end(at);
                return;
            } else {
                at = segment(at, marker);
            }
        }
        throw malformed("the JPEG has more than " + MOST_SEGMENTS + " segments");
    }

    private int segment(int at, int marker) throws ImageRefusedException {
        if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 || marker == 0) {
            throw malformed("the JPEG's marker at byte " + at + " has no place there");
        }
        int length = bytes.u16(at + 2);
        bytes.require(at, 2L + length);
        if (length < 2) {
            throw malformed("the JPEG's segment at byte " + at + " has the length " + length);
        }
        int next = at + 2 + length;
        if (marker == 0xe1) {
            orientation = orientation == 1 ? Exif.orientation(bytes, at + 4, length - 2) : orientation;
        } else if (marker == 0xee && bytes.has(at + 4, "Adobe") && length >= 14) {
            adobe = bytes.u8(at + 15);
        } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            frame(at, marker);
        }
        boolean note = marker == 0xfe || marker >= 0xe1 && marker <= 0xef && marker != 0xee;
        int end = marker == 0xda ? scanned(next) : next;
        if (!note) {
            kept.write(bytes.array(), at, end - at);
        }
        return end;
    }

    private void frame(int at, int marker) throws ImageRefusedException {
        if (marker > 0xc2) {
            throw unsupported("the JPEG is lossless, hierarchical or arithmetic-coded; save it as a baseline JPEG");
        }
        if (components != 0) {
            throw malformed("the JPEG has two frames");
        }
        if (bytes.u8(at + 4) != 8) {
            throw unsupported("the JPEG has " + bytes.u8(at + 4) + " bits a component; only 8 are read");
        }
        height = Sizes.of(bytes.u16(at + 5), "height");
        width = Sizes.of(bytes.u16(at + 7), "width");
        components = bytes.u8(at + 9);
        if (components != 1 && components != 3 && components != 4) {
            throw unsupported("the JPEG has " + components + " components; 1, 3 or 4 are read");
        }
    }

    /** Where the entropy-coded data ends: at the next marker that is neither stuffing nor a restart. */
    private int scanned(int from) throws ImageRefusedException {
        if (components == 0) {
            throw malformed("the JPEG has pixels before its frame");
        }
        if (++scans > MOST_SCANS) {
            throw malformed("the JPEG goes over its pixels more than " + MOST_SCANS + " times");
        }
        int at = from;
        byte[] array = bytes.array();
        while (at < array.length - 1) {
            int next = array[at + 1] & 0xff;
            if (array[at] == (byte) 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
                return at;
            }
            at++;
        }
        throw malformed("the JPEG is cut off: it has no end marker; send the whole file");
    }

    /** Cameras append previews; another kind of file there makes this one two things at once. */
    private void end(int at) throws ImageRefusedException {
        if (scans == 0) {
            throw malformed("the JPEG has no pixels");
        }
        int rest = at + 2;
        while (rest < bytes.size() && bytes.array()[rest] <= ' ' && bytes.array()[rest] >= 0) {
            rest++;
        }
        for (String other : OTHER_FILES) {
            if (bytes.has(rest, other)) {
                throw malformed("the JPEG ends at byte " + at + " but another file follows; send the image alone");
            }
        }
        kept.write(bytes.array(), at, 2);
    }
}
