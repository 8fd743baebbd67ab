// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image.pixels;

import dev.rivulet.image.RgbImage;

/**
 * Resizes a picture bit by bit as torchvision does with 8-bit pictures and antialiasing, which is Pillow's way with coarser weights: a
 * pass over rows and one over columns, each with a filter as wide as the picture shrinks, weights of 16 bits, rounded to 8 bits between
 * the passes. Pillow itself gives at most one level more or less where a picture grows or shrinks in both directions; where it grows in
 * one and shrinks in the other, newer versions of it go over columns first.
 */
public final class Resizer {

    private static final int MOST_FRACTION = 22;
    private static final int LARGEST_WEIGHT = 1 << 15;

    private Resizer() {}

    /** @param width and {@code height} at least 1 */
    public static RgbImage resize(RgbImage image, int width, int height, Resampling filter) {
        RgbImage wide = width == image.width() ? image : rows(image, Taps.of(image.width(), width, filter), width);
        return height == image.height() ? wide : columns(wide, Taps.of(image.height(), height, filter), height);
    }

    /**
     * Which pixels make up each new one.
     *
     * @param first of each new pixel
     * @param weights of each new pixel, in fixed point
     * @param fraction bits behind the point
     */
    private record Taps(int[] first, int[][] weights, int fraction) {

        static Taps of(int from, int to, Resampling filter) {
            double scale = (double) from / to;
            double shrinking = Math.max(1, scale);
            double support = filter.support() * shrinking;
            int[] first = new int[to];
            double[][] exact = new double[to][];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                first[i] = low;
                exact[i] = exact(filter, low - centre + 0.5, high - low, shrinking);
            }
            int fraction = fraction(exact);
            int[][] weights = new int[to][];
            for (int i = 0; i < to; i++) {
                weights[i] = fixed(exact[i], fraction);
            }
            return new Taps(first, weights, fraction);
        }

        /** As many bits as the largest weight leaves of 15. */
        private static int fraction(double[][] exact) {
            double largest = 0;
            for (double[] weights : exact) {
                for (double weight : weights) {
                    largest = Math.max(largest, weight);
                }
            }
            int bits = 0;
            while (bits < MOST_FRACTION && (int) (0.5 + largest * (1 << bits + 1)) < LARGEST_WEIGHT) {
                bits++;
            }
            return bits;
        }

        private static int[] fixed(double[] exact, int fraction) {
            int[] fixed = new int[exact.length];
            for (int k = 0; k < fixed.length; k++) {
                double share = exact[k] * (1 << fraction);
                fixed[k] = (int) (share < 0 ? share - 0.5 : share + 0.5);
            }
            return fixed;
        }

        private static double[] exact(Resampling filter, double start, int count, double shrinking) {
            double[] exact = new double[count];
            double sum = 0;
            for (int k = 0; k < count; k++) {
                exact[k] = filter.weight((k + start) / shrinking);
                sum += exact[k];
            }
            for (int k = 0; k < count && sum != 0; k++) {
                exact[k] /= sum;
            }
            return exact;
        }
    }

    private static RgbImage rows(RgbImage image, Taps taps, int width) {
        byte[] from = image.rgb();
        byte[] to = new byte[3 * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int start = 3 * (y * image.width() + taps.first()[x]);
                blend(from, start, 3, taps, x, to, 3 * (y * width + x));
            }
        }
        return new RgbImage(width, image.height(), to);
    }

    private static RgbImage columns(RgbImage image, Taps taps, int height) {
        int stride = 3 * image.width();
        byte[] to = new byte[stride * height];
        for (int y = 0; y < height; y++) {
            int start = taps.first()[y] * stride;
            for (int x = 0; x < stride; x += 3) {
                blend(image.rgb(), start + x, stride, taps, y, to, y * stride + x);
            }
        }
        return new RgbImage(image.width(), height, to);
    }

    private static void blend(byte[] from, int start, int stride, Taps taps, int tap, byte[] to, int at) {
        int fraction = taps.fraction();
        int red = 1 << fraction >> 1;
        int green = red;
        int blue = red;
        int place = start;
        for (int weight : taps.weights()[tap]) {
            red += (from[place] & 0xff) * weight;
            green += (from[place + 1] & 0xff) * weight;
            blue += (from[place + 2] & 0xff) * weight;
            place += stride;
        }
        to[at] = (byte) Math.clamp(red >> fraction, 0, 255);
        to[at + 1] = (byte) Math.clamp(green >> fraction, 0, 255);
        to[at + 2] = (byte) Math.clamp(blue >> fraction, 0, 255);
    }
}
