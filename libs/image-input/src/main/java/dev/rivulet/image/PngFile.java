// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;
import static dev.rivulet.image.ImageRefusedException.unsupported;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG (W3C PNG, third edition). All are checked, but only those that pixels are made of reach the decoder: texts and
 * profiles may be compressed, and small ones unpack to gigabytes.
 */
final class PngFile {

    static final String MAGIC = "\u0089PNG\r\n\u001a\n";

    private static final Set<String> OF_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int MOST_CHUNKS = 100_000;

    private final Bytes bytes;
    private final List<Chunk> chunks;

    private record Chunk(String type, int at, int length) {}

    private PngFile(Bytes bytes, List<Chunk> chunks) {
        this.bytes = bytes;
        this.chunks = chunks;
    }

    static PngFile open(Bytes bytes) throws ImageRefusedException {
        List<Chunk> chunks = new ArrayList<>();
        int at = MAGIC.length();
        while (true) {
            long length = bytes.u32(at);
            bytes.require(at, 12 + length);
            Chunk chunk = new Chunk(bytes.text(at + 4, 4), at, (int) length);
            checkSum(bytes, chunk);
            chunks.add(chunk);
            at += 12 + chunk.length();
            if (chunk.type().equals("IEND")) {
                break;
            }
            if (chunks.size() == MOST_CHUNKS) {
                throw malformed("the PNG has more than " + MOST_CHUNKS + " chunks");
            }
        }
        bytes.requireEnd(at);
        PngFile file = new PngFile(bytes, chunks);
        file.check();
        return file;
    }

    private static void checkSum(Bytes bytes, Chunk chunk) throws ImageRefusedException {
        CRC32 sum = new CRC32();
        sum.update(bytes.array(), chunk.at() + 4, chunk.length() + 4);
        if (sum.getValue() != bytes.u32(chunk.at() + 8 + chunk.length())) {
            throw malformed("the PNG's chunk at byte " + chunk.at() + " is corrupt: its checksum is wrong");
        }
    }

    private void check() throws ImageRefusedException {
        Chunk first = chunks.getFirst();
        if (!first.type().equals("IHDR") || first.length() != 13) {
            throw malformed("the PNG does not begin with its header");
        }
        int data = first.at() + 8;
        if (bytes.u8(data + 10) != 0 || bytes.u8(data + 11) != 0 || bytes.u8(data + 12) > 1) {
            throw unsupported("the PNG names a compression, filter or interlacing that the standard does not have");
        }
        if (chunks.stream().noneMatch(chunk -> chunk.type().equals("IDAT"))) {
            throw malformed("the PNG has no pixels");
        }
    }

    /** @throws ImageRefusedException if the sizes are 0 or beyond 31 bits */
    ImageHeader header() throws ImageRefusedException {
        int data = chunks.getFirst().at() + 8;
        int width = Sizes.of(bytes.u32(data), "width");
        int height = Sizes.of(bytes.u32(data + 4), "height");
        int orientation = 1;
        for (Chunk chunk : chunks) {
            if (chunk.type().equals("eXIf")) {
                orientation = Exif.orientation(bytes, chunk.at() + 8, chunk.length());
            }
        }
        return new ImageHeader(ImageFormat.PNG, width, height, 1, orientation);
    }

    /** The file with nothing in it but pixels. */
    byte[] pixelsAlone() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.size());
        out.write(bytes.array(), 0, MAGIC.length());
        for (Chunk chunk : chunks) {
            if (OF_PIXELS.contains(chunk.type())) {
                out.write(bytes.array(), chunk.at(), 12 + chunk.length());
            }
        }
        return out.toByteArray();
    }
}
