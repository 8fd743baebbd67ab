// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image.pixels;

import dev.rivulet.image.RgbImage;
import java.util.Arrays;

/** Parts of pictures. */
public final class Pictures {

    private Pictures() {}

    /**
     * A rectangle; what of it lies outside the picture is black.
     *
     * @param left and {@code top} may be negative
     */
    public static RgbImage part(RgbImage image, int left, int top, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int y = Math.max(0, -top); y < Math.min(height, image.height() - top); y++) {
            int first = Math.max(0, -left);
            int end = Math.min(width, image.width() - left);
            if (end > first) {
                System.arraycopy(
                        image.rgb(),
                        3 * ((top + y) * image.width() + left + first),
                        rgb,
                        3 * (y * width + first),
                        3 * (end - first));
            }
        }
        return new RgbImage(width, height, rgb);
    }

    /** The middle, as torchvision's {@code center_crop} takes it. */
    public static RgbImage middle(RgbImage image, int width, int height) {
        int left = margin(image.width(), width);
        int top = margin(image.height(), height);
        return part(image, left, top, width, height);
    }

    private static int margin(int has, int wanted) {
        // A picture that is too small gets the smaller margin first; one that is too large is cut at a half rounded to
        // even.
        return has < wanted ? -((wanted - has) / 2) : (int) Math.rint((has - wanted) / 2.0);
    }

    /** A square on a background, as LLaVA pads pictures: the picture in its middle. */
    public static RgbImage square(RgbImage image, int red, int green, int blue) {
        int side = Math.max(image.width(), image.height());
        if (image.width() == image.height()) {
            return image;
        }
        byte[] rgb = new byte[3 * side * side];
        byte[] background = {(byte) red, (byte) green, (byte) blue};
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = background[i % 3];
        }
        int left = (side - image.width()) / 2;
        int top = (side - image.height()) / 2;
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.rgb(), 3 * y * image.width(), rgb, 3 * ((top + y) * side + left), 3 * image.width());
        }
        return new RgbImage(side, side, rgb);
    }

    /**
     * Three planes of numbers, {@code (value · factor - mean) / deviation}: what a vision model reads.
     *
     * @param mean of red, green and blue
     * @param deviation of red, green and blue, not 0
     * @return {@code [3, height, width]}, row-major
     */
    public static float[] planes(RgbImage image, double factor, double[] mean, double[] deviation) {
        int pixels = image.width() * image.height();
        float[] planes = new float[3 * pixels];
        for (int colour = 0; colour < 3; colour++) {
            float[] values = new float[256];
            for (int value = 0; value < 256; value++) {
                values[value] = (float) ((value * factor - mean[colour]) / deviation[colour]);
            }
            for (int pixel = 0; pixel < pixels; pixel++) {
                planes[colour * pixels + pixel] = values[image.rgb()[3 * pixel + colour] & 0xff];
            }
        }
        return planes;
    }

    /** Whether two pictures are the same. */
    public static boolean same(RgbImage one, RgbImage other) {
        return one.width() == other.width() && one.height() == other.height() && Arrays.equals(one.rgb(), other.rgb());
    }
}
