// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.awt.Transparency;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** Decoded samples as RGB, without colour management; what is transparent lies on white. */
final class Rasters {

    private Rasters() {}

    static RgbImage rgb(BufferedImage image) {
        ColorModel model = image.getColorModel();
        boolean components = model instanceof ComponentColorModel && !model.isAlphaPremultiplied();
        int type = image.getRaster().getTransferType();
        return components && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
                ? ofComponents(image.getRaster(), model)
                : ofModel(image);
    }

    /** Grey, RGB, and either with alpha. */
    private static RgbImage ofComponents(Raster raster, ColorModel model) {
        int bands = raster.getNumBands();
        boolean alpha = model.hasAlpha();
        int colours = bands - (alpha ? 1 : 0);
        int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
        int width = raster.getWidth();
        byte[] rgb = new byte[3 * width * raster.getHeight()];
        int[] row = new int[bands * width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int opacity = alpha ? row[x * bands + colours] >> shift : 255;
                for (int colour = 0; colour < 3; colour++) {
                    int value = row[x * bands + Math.min(colour, colours - 1)] >> shift;
                    rgb[3 * (y * width + x) + colour] = (byte) onWhite(value, opacity);
                }
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    /** Palettes and packed pixels, whose model knows their colours. */
    private static RgbImage ofModel(BufferedImage image) {
        int width = image.getWidth();
        byte[] rgb = new byte[3 * width * image.getHeight()];
        int[] row = new int[width];
        boolean opaque = image.getColorModel().getTransparency() == Transparency.OPAQUE;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int opacity = opaque ? 255 : row[x] >>> 24;
                for (int colour = 0; colour < 3; colour++) {
                    int value = row[x] >> 16 - 8 * colour & 0xff;
                    rgb[3 * (y * width + x) + colour] = (byte) onWhite(value, opacity);
                }
            }
        }
        return new RgbImage(width, image.getHeight(), rgb);
    }

    private static int onWhite(int value, int opacity) {
        return opacity == 255 ? value : (value * opacity + 255 * (255 - opacity) + 127) / 255;
    }

    /** Cyan, magenta, yellow and black as Pillow turns them into RGB: each colour is what black and its ink leave of white. */
    static RgbImage ofInks(Raster raster, boolean inverted, boolean ycck) {
        int width = raster.getWidth();
        byte[] rgb = new byte[3 * width * raster.getHeight()];
        int[] row = new int[4 * width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int[] inks = {row[4 * x], row[4 * x + 1], row[4 * x + 2], row[4 * x + 3]};
                if (ycck) {
                    toInks(inks);
                }
                for (int colour = 0; colour < 3; colour++) {
                    int ink = inverted ? 255 - inks[colour] : inks[colour];
                    int paper = inverted ? inks[3] : 255 - inks[3];
                    rgb[3 * (y * width + x) + colour] = (byte) Math.clamp(paper - (ink * paper + 127) / 255, 0, 255);
                }
            }
        }
        return new RgbImage(width, raster.getHeight(), rgb);
    }

    /** ITU-T T.871 gives RGB; its complement are the inks (Adobe Technical Note 5116). */
    private static void toInks(int[] ycc) {
        double y = ycc[0];
        double blue = ycc[1] - 128.0;
        double red = ycc[2] - 128.0;
        ycc[0] = 255 - clamp(y + 1.402 * red);
        ycc[1] = 255 - clamp(y - 0.344136 * blue - 0.714136 * red);
        ycc[2] = 255 - clamp(y + 1.772 * blue);
    }

    private static int clamp(double value) {
        return (int) Math.clamp(Math.round(value), 0, 255);
    }
}
