// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

/** The fast Fourier transform of Cooley and Tukey for sizes that are powers of two, in place. */
final class Fourier {

    private Fourier() {}

    /** Samples convolved with a response, as long as the samples. */
    static float[] convolve(float[] samples, float[] response) {
        int size = Integer.highestOneBit(samples.length + response.length) * 2;
        double[] re = new double[size];
        double[] im = new double[size];
        for (int i = 0; i < samples.length; i++) {
            re[i] = samples[i];
        }
        for (int i = 0; i < response.length; i++) {
            im[i] = response[i];
        }
        transform(re, im);
        multiply(re, im);
        transform(im, re);
        float[] out = new float[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (re[i] / size);
        }
        return out;
    }

    /** Both signals came as real and imaginary part of one: their spectra are its even and odd parts. */
    private static void multiply(double[] re, double[] im) {
        int size = re.length;
        for (int k = 0; k <= size / 2; k++) {
            int mirror = (size - k) & (size - 1);
            double aRe = (re[k] + re[mirror]) / 2;
            double aIm = (im[k] - im[mirror]) / 2;
            double bRe = (im[k] + im[mirror]) / 2;
            double bIm = (re[mirror] - re[k]) / 2;
            double outRe = aRe * bRe - aIm * bIm;
            double outIm = aRe * bIm + aIm * bRe;
            re[k] = outRe;
            im[k] = outIm;
            re[mirror] = outRe;
            im[mirror] = -outIm;
        }
    }

    private static void transform(double[] re, double[] im) {
        int size = re.length;
        swap(re, im);
        double[] cos = new double[size / 2];
        double[] sin = new double[size / 2];
        for (int k = 0; k < size / 2; k++) {
            cos[k] = Math.cos(-2 * Math.PI * k / size);
            sin[k] = Math.sin(-2 * Math.PI * k / size);
        }
        for (int half = 1; half < size; half *= 2) {
            int stride = size / (2 * half);
            for (int block = 0; block < size; block += 2 * half) {
                for (int k = 0; k < half; k++) {
                    butterfly(re, im, block + k, block + k + half, cos[k * stride], sin[k * stride]);
                }
            }
        }
    }

    private static void butterfly(double[] re, double[] im, int i, int j, double cos, double sin) {
        double x = re[j] * cos - im[j] * sin;
        double y = re[j] * sin + im[j] * cos;
        re[j] = re[i] - x;
        im[j] = im[i] - y;
        re[i] += x;
        im[i] += y;
    }

    private static void swap(double[] re, double[] im) {
        int bits = Integer.numberOfTrailingZeros(re.length);
        for (int i = 0; i < re.length; i++) {
            int j = Integer.reverse(i) >>> (32 - bits);
            if (j > i) {
                double x = re[i];
                re[i] = re[j];
                re[j] = x;
                double y = im[i];
                im[i] = im[j];
                im[j] = y;
            }
        }
    }
}
