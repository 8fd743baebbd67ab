// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.rivulet.image.ImageRefusedException.Reason;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes one file whose header was accepted, with the readers of the JDK and, for WebP, that of TwelveMonkeys. */
final class Decoder {

    private final byte[] file;
    private final ImageHeader header;
    private final Inks inks;
    private final Duration time;

    /**
     * How the components of a JPEG are meant.
     *
     * @param four cyan, magenta, yellow and black
     * @param inverted as Adobe stores them
     * @param ycck the first three as luminance and chrominance
     */
    record Inks(boolean four, boolean inverted, boolean ycck) {

        static final Inks NONE = new Inks(false, false, false);
    }

    Decoder(byte[] file, ImageHeader header, Inks inks, Duration time) {
        this.file = file;
        this.header = header;
        this.inks = inks;
        this.time = time;
    }

    List<RgbImage> frames(int count) throws ImageRefusedException {
        ImageReader reader = reader();
        Deadline deadline = new Deadline(time);
        try (ImageInputStream in = new MemoryCacheImageInputStream(deadline.over(new ByteArrayInputStream(file)))) {
            reader.addIIOReadProgressListener(deadline.aborting());
            reader.setInput(in, false, true);
            return header.format() == ImageFormat.GIF ? animation(reader, count, deadline) : List.of(still(reader));
        } catch (Deadline.PassedException e) {
            throw new ImageRefusedException(
                    Reason.TIME,
                    "the image takes longer than " + time.toMillis() + " ms to decode; send it smaller",
                    e);
        } catch (IOException | RuntimeException e) {
            // Readers tell of corrupt data by exceptions of many kinds.
            throw new ImageRefusedException(
                    Reason.MALFORMED, "the " + header.format() + " is corrupt: its pixels can't be decoded", e);
        } finally {
            reader.dispose();
        }
    }

    private ImageReader reader() {
        if (header.format() == ImageFormat.WEBP) {
            return new WebPImageReaderSpi().createReaderInstance(null);
        }
        Iterator<ImageReader> readers =
                ImageIO.getImageReadersByFormatName(header.format().name());
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getModule() == ImageIO.class.getModule()) {
                return reader;
            }
        }
        throw new IllegalStateException("this JDK reads no " + header.format() + ": it lacks its module java.desktop");
    }

    private RgbImage still(ImageReader reader) throws IOException, ImageRefusedException {
        if (inks.four()) {
            Raster raster = reader.readRaster(0, null);
            return checked(Rasters.ofInks(raster, inks.inverted(), inks.ycck()));
        }
        List<String> warnings = new ArrayList<>();
        IIOReadWarningListener listener = (source, warning) -> warnings.add(warning);
        reader.addIIOReadWarningListener(listener);
        BufferedImage image = reader.read(0);
        if (header.format() == ImageFormat.JPEG && !warnings.isEmpty()) {
            throw ImageRefusedException.malformed("the JPEG is corrupt: its pixels can't all be decoded");
        }
        return checked(Rasters.rgb(image));
    }

    private RgbImage checked(RgbImage image) throws ImageRefusedException {
        if (image.width() != header.width() || image.height() != header.height()) {
            throw ImageRefusedException.malformed("the pixels of the " + header.format() + " are " + image.width()
                    + " × " + image.height() + ", not what its header says");
        }
        return image;
    }

    private List<RgbImage> animation(ImageReader reader, int count, Deadline deadline)
            throws IOException, ImageRefusedException {
        GifCanvas canvas = new GifCanvas(header.width(), header.height());
        List<RgbImage> shown = new ArrayList<>();
        for (int frame = 0; shown.size() < count; frame++) {
            deadline.check();
            canvas.draw(reader.read(frame), reader.getImageMetadata(frame));
            if (frame == (int) ((long) shown.size() * header.frames() / count)) {
                shown.add(canvas.shown());
            }
        }
        return shown;
    }
}
