// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Builds files that are made to hurt. */
final class HostileImages {

    private HostileImages() {}

    static byte[] fixture(String name) {
        try {
            return Files.readAllBytes(Path.of("src/test/resources/images", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] chunk(String type, byte[] data) {
        byte[] body = joined(text(type), data);
        CRC32 sum = new CRC32();
        sum.update(body);
        return joined(
                ByteBuffer.allocate(4).putInt(data.length).array(),
                body,
                ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }

    static byte[] ihdr(int width, int height, int depth, int type) {
        return chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) depth)
                        .put((byte) type)
                        .array());
    }

    /** A PNG whose pixels are so many zeros, however small it packs them. */
    static byte[] png(int width, int height, int depth, int type, long zeros, byte[]... extra) {
        return joined(
                text(PngFile.MAGIC),
                ihdr(width, height, depth, type),
                joined(extra),
                chunk("IDAT", packed(zeros)),
                chunk("IEND", new byte[0]));
    }

    static byte[] packed(long zeros) {
        Deflater deflater = new Deflater(9);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        byte[] buffer = new byte[1 << 16];
        for (long left = zeros; left > 0; left -= block.length) {
            deflater.setInput(block, 0, (int) Math.min(left, block.length));
            while (!deflater.needsInput()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    static byte[] gif(int width, int height, byte[]... blocks) {
        byte[] screen = ByteBuffer.allocate(7)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) width)
                .putShort((short) height)
                .put((byte) 0x80)
                .array();
        return joined(text("GIF89a"), screen, new byte[] {0, 0, 0, -1, -1, -1}, joined(blocks), new byte[] {0x3b});
    }

    static byte[] gifFrame(int left, int top, int width, int height) {
        byte[] place = ByteBuffer.allocate(10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x2c)
                .putShort((short) left)
                .putShort((short) top)
                .putShort((short) width)
                .putShort((short) height)
                .array();
        return joined(place, new byte[] {2, 2, 0x44, 1, 0});
    }

    static byte[] bmp(int width, int height, int bits, int compression, int colours) {
        return ByteBuffer.allocate(200)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(text("BM"))
                .putInt(200)
                .putInt(0)
                .putInt(54)
                .putInt(40)
                .putInt(width)
                .putInt(height)
                .putShort((short) 1)
                .putShort((short) bits)
                .putInt(compression)
                .putInt(0)
                .putLong(0)
                .putInt(colours)
                .array();
    }

    static byte[] webp(String kind, byte[] data) {
        byte[] chunk = joined(
                text("WEBP" + kind),
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(data.length)
                        .array(),
                data,
                new byte[data.length & 1]);
        return joined(
                text("RIFF"),
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(chunk.length)
                        .array(),
                chunk);
    }

    /** The sizes of a JPEG's frame become others. */
    static byte[] jpegOf(int width, int height) {
        byte[] file = fixture("rgb.jpg").clone();
        int frame = find(file, 0xc0);
        ByteBuffer.wrap(file).putShort(frame + 5, (short) height).putShort(frame + 7, (short) width);
        return file;
    }

    static int find(byte[] jpeg, int marker) {
        for (int i = 2; i < jpeg.length - 1; i++) {
            if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker) {
                return i;
            }
        }
        throw new AssertionError("no marker " + marker);
    }

    /** A segment right after the start of a JPEG. */
    static byte[] jpegWith(int marker, byte[] data) {
        byte[] file = fixture("rgb.jpg");
        byte[] segment = joined(
                new byte[] {(byte) 0xff, (byte) marker},
                ByteBuffer.allocate(2).putShort((short) (data.length + 2)).array(),
                data);
        return joined(Arrays.copyOf(file, 2), segment, Arrays.copyOfRange(file, 2, file.length));
    }

    /** The scan of a progressive JPEG again and again. */
    static byte[] jpegOfScans(int scans) {
        byte[] file = fixture("progressive.jpg");
        int first = find(file, 0xda);
        int second = first + 2;
        while (file[second] != (byte) 0xff || file[second + 1] == 0) {
            second++;
        }
        byte[] scan = Arrays.copyOfRange(file, first, second);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, second);
        for (int i = 0; i < scans; i++) {
            out.writeBytes(scan);
        }
        out.write(file, second, file.length - second);
        return out.toByteArray();
    }

    static byte[] cut(byte[] file, double share) {
        return Arrays.copyOf(file, (int) (file.length * share));
    }

    static byte[] broken(byte[] file, int at) {
        byte[] other = file.clone();
        other[at] ^= 0x55;
        return other;
    }

    static byte[] written(String format, BufferedImage image) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image, format, out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
