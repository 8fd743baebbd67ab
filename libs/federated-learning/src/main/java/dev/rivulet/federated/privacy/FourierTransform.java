// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/** The discrete Fourier transform of complex vectors whose length is a power of two, in place (Cooley and Tukey, radix 2). */
final class FourierTransform {

    private final int size;
    private final double[] cos;
    private final double[] sin;

    /** @param size a power of two, at most 2²⁶ */
    FourierTransform(int size) {
        if (Integer.bitCount(size) != 1 || size > 1 << 26) {
            throw new IllegalArgumentException("a length is a power of two up to 2^26, not " + size);
        }
        this.size = size;
        this.cos = new double[size / 2];
        this.sin = new double[size / 2];
        for (int i = 0; i < size / 2; i++) {
            double angle = 2 * Math.PI * i / size;
            cos[i] = Math.cos(angle);
            sin[i] = Math.sin(angle);
        }
    }

    /** X[k] = Σ x[j] e^(−2πijk/n). */
    void forward(double[] re, double[] im) {
        swap(re, im);
        for (int half = 1; half < size; half *= 2) {
            int stride = size / (2 * half);
            for (int start = 0; start < size; start += 2 * half) {
                for (int k = 0; k < half; k++) {
                    butterfly(re, im, start + k, start + k + half, k * stride);
                }
            }
        }
    }

    /** Undoes {@link #forward}. */
    void inverse(double[] re, double[] im) {
        forward(im, re);
        for (int i = 0; i < size; i++) {
            re[i] /= size;
            im[i] /= size;
        }
    }

    private void butterfly(double[] re, double[] im, int low, int high, int turn) {
        double r = re[high] * cos[turn] + im[high] * sin[turn];
        double i = im[high] * cos[turn] - re[high] * sin[turn];
        re[high] = re[low] - r;
        im[high] = im[low] - i;
        re[low] += r;
        im[low] += i;
    }

    private void swap(double[] re, double[] im) {
        int shift = Integer.numberOfLeadingZeros(size) + 1;
        for (int i = 0; i < size; i++) {
            int j = size == 1 ? 0 : Integer.reverse(i) >>> shift;
            if (i < j) {
                double r = re[i];
                re[i] = re[j];
                re[j] = r;
                double m = im[i];
                im[i] = im[j];
                im[j] = m;
            }
        }
    }
}
