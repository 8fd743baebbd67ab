package dev.rivulet.image.pixels;

import dev.rivulet.image.RgbImage;

/**
 * Resizes a picture bit by bit as Pillow does ({@code Image.resize}): a pass over rows and one over columns, each with a filter as wide as
 * the picture shrinks, in fixed point with 22 fractional bits, rounded to 8 bits between the passes.
 */
public final class Resizer {

    private static final int FRACTION = 32 - 8 - 2;
    private static final int HALF = 1 << FRACTION - 1;

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
     */
    private record Taps(int[] first, int[][] weights) {

        static Taps of(int from, int to, Resampling filter) {
            double scale = (double) from / to;
            double shrinking = Math.max(1, scale);
            double support = filter.support() * shrinking;
            int[] first = new int[to];
            int[][] weights = new int[to][];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale;
                int low = Math.max(0, (int) (centre - support + 0.5));
                int high = Math.min(from, (int) (centre + support + 0.5));
                first[i] = low;
                weights[i] = fixed(filter, low - centre + 0.5, high - low, shrinking);
            }
            return new Taps(first, weights);
        }

        private static int[] fixed(Resampling filter, double start, int count, double shrinking) {
            double[] exact = new double[count];
            double sum = 0;
            for (int k = 0; k < count; k++) {
                exact[k] = filter.weight((k + start) / shrinking);
                sum += exact[k];
            }
            int[] fixed = new int[count];
            for (int k = 0; k < count; k++) {
                double share = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << FRACTION);
                fixed[k] = (int) (share < 0 ? share - 0.5 : share + 0.5);
            }
            return fixed;
        }
    }

    private static RgbImage rows(RgbImage image, Taps taps, int width) {
        byte[] from = image.rgb();
        byte[] to = new byte[3 * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                int start = 3 * (y * image.width() + taps.first()[x]);
                blend(from, start, 3, taps.weights()[x], to, 3 * (y * width + x));
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
                blend(image.rgb(), start + x, stride, taps.weights()[y], to, y * stride + x);
            }
        }
        return new RgbImage(image.width(), height, to);
    }

    private static void blend(byte[] from, int start, int stride, int[] weights, byte[] to, int at) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int place = start;
        for (int weight : weights) {
            red += (from[place] & 0xff) * weight;
            green += (from[place + 1] & 0xff) * weight;
            blue += (from[place + 2] & 0xff) * weight;
            place += stride;
        }
        to[at] = (byte) Math.clamp(red >> FRACTION, 0, 255);
        to[at + 1] = (byte) Math.clamp(green >> FRACTION, 0, 255);
        to[at + 2] = (byte) Math.clamp(blue >> FRACTION, 0, 255);
    }
}
