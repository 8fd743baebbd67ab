// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import dev.rivulet.image.ImageRefusedException.Reason;
import java.util.List;

/**
 * Reads images of callers. Every byte is hostile until it is checked: the format is told by the content, sizes by the header, and what
 * is too large, cut off, corrupt, or two files at once is refused before a pixel is decoded. Texts, profiles and previews never reach a
 * decoder. Nothing is fetched, stored or executed.
 *
 * <p>PNG (all kinds; of an APNG the picture that is shown where animations aren't), JPEG (baseline and progressive; grey, YCbCr, RGB,
 * CMYK, YCCK), GIF, BMP and still WebP. The orientation of EXIF is applied. What is transparent lies on white. Numbers of 16 bits keep
 * their upper 8. Colour profiles are ignored, as the references of vision models do.
 *
 * <p>Thread-safe. The time of a decode is bounded by {@link ImageLimits#time}; the memory by 8 bytes a pixel and the file twice.
 */
public final class ImageInput {

    private static final long SMALL = 1_000_000;

    private final ImageLimits limits;

    public ImageInput(ImageLimits limits) {
        this.limits = limits;
    }

    public ImageLimits limits() {
        return limits;
    }

    /**
     * What an image is, without decoding it. Enough to price it.
     *
     * @throws ImageRefusedException if it would not be read
     */
    public ImageHeader header(byte[] file) throws ImageRefusedException {
        return parsed(file).header();
    }

    /**
     * The picture, or the first frame of an animation.
     *
     * @throws ImageRefusedException if it is not an image that is read, or beyond the limits
     */
    public RgbImage read(byte[] file) throws ImageRefusedException {
        return frames(file, 1).getFirst();
    }

    /**
     * Frames of an animation at even distances, the first among them: how a film is shown to a model that sees pictures.
     *
     * @param most at least 1
     * @return as many as there are, at most {@code most}
     * @throws ImageRefusedException as {@link #read}; also if the frames together have more pixels than four pictures may have
     */
    public List<RgbImage> frames(byte[] file, int most) throws ImageRefusedException {
        if (most < 1) {
            throw new IllegalArgumentException("at least one frame must be wanted, was " + most);
        }
        Parsed parsed = parsed(file);
        ImageHeader header = parsed.header();
        int count = Math.min(most, header.frames());
        if (count * header.pixels() > 4 * limits.pixels()) {
            throw new ImageRefusedException(
                    Reason.SIZE,
                    count + " frames of " + header.width() + " × " + header.height()
                            + " pixels are too many; ask for fewer frames, or send a smaller picture");
        }
        return new Decoder(parsed.pixels(), header, parsed.inks(), limits.time())
                .frames(count).stream()
                        .map(image -> Orientation.upright(image, header.orientation()))
                        .toList();
    }

    /**
     * @param pixels the file without what pixels don't need
     * @param inks how a JPEG of four components is meant
     */
    private record Parsed(ImageHeader header, byte[] pixels, Decoder.Inks inks) {}

    private Parsed parsed(byte[] file) throws ImageRefusedException {
        if (file.length > limits.bytes()) {
            throw tooLarge("has " + file.length + " bytes; at most " + limits.bytes() + " are read");
        }
        Bytes bytes = new Bytes(file);
        Parsed parsed = ofFormat(bytes);
        check(parsed.header(), file.length);
        return parsed;
    }

    private Parsed ofFormat(Bytes bytes) throws ImageRefusedException {
        if (bytes.has(0, PngFile.MAGIC)) {
            PngFile png = PngFile.open(bytes);
            return new Parsed(png.header(), png.pixelsAlone(), Decoder.Inks.NONE);
        }
        if (bytes.has(0, "\u00ff\u00d8\u00ff")) {
            JpegFile jpeg = JpegFile.open(bytes);
            Decoder.Inks inks = new Decoder.Inks(jpeg.components() == 4, jpeg.adobe(), jpeg.ycck());
            return new Parsed(jpeg.header(), jpeg.pixelsAlone(), inks);
        }
        if (bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a")) {
            return new Parsed(GifFile.header(bytes, limits.frames()), bytes.array(), Decoder.Inks.NONE);
        }
        if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) {
            return new Parsed(WebpFile.header(bytes), bytes.array(), Decoder.Inks.NONE);
        }
        if (bytes.has(0, "BM")) {
            return new Parsed(BmpFile.header(bytes), bytes.array(), Decoder.Inks.NONE);
        }
        throw new ImageRefusedException(
                Reason.FORMAT,
                "the bytes are no image of a kind that is read; send a PNG, JPEG, GIF, WebP or BMP (an SVG is a program"
                        + " and never read)");
    }

    private void check(ImageHeader header, int bytes) throws ImageRefusedException {
        String size = header.width() + " × " + header.height() + " pixels";
        if (header.width() > limits.side() || header.height() > limits.side()) {
            throw tooLarge("has " + size + "; a side has at most " + limits.side());
        }
        if (header.pixels() > limits.pixels()) {
            throw tooLarge("has " + size + "; at most " + limits.pixels() + " together are read: send it smaller");
        }
        if (header.pixels() > SMALL && header.pixels() / bytes > limits.ratio()) {
            throw tooLarge(
                    "has " + size + " in " + bytes + " bytes, which only a decompression bomb or a blank sheet has");
        }
    }

    private static ImageRefusedException tooLarge(String what) {
        return new ImageRefusedException(Reason.SIZE, "the image " + what);
    }
}
