// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Brings speech at 22 050 samples a second to 24 000, piece by piece, with a windowed sinc (Hann, 16 zero crossings). Used by one
 * thread at a time.
 */
final class RateChange {

    private static final int FROM = 147;
    private static final int TO = 160;
    private static final int REACH = 8;
    private static final float[][] TAPS = taps();

    /** Samples that pieces to come need, and before them as many as the first one needs. */
    private float[] held = new float[REACH];

    private int heldCount = REACH;
    /** Position of the next sample out in {@code held}, in parts of {@link #TO}. */
    private long next = (long) REACH * TO;

    private int odd = -1;

    private static float[][] taps() {
        float[][] taps = new float[TO][2 * REACH];
        for (int phase = 0; phase < TO; phase++) {
            for (int tap = 0; tap < 2 * REACH; tap++) {
                double x = tap - (REACH - 1) - (double) phase / TO;
                double sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
                taps[phase][tap] = (float) (sinc * (0.5 + 0.5 * Math.cos(Math.PI * x / REACH)));
            }
        }
        return taps;
    }

    /** @param piece 16-bit little-endian samples; half a sample at its end waits for the next piece */
    byte[] change(byte[] piece) {
        take(piece);
        int count = 0;
        long last = (long) (heldCount - REACH) * TO;
        if (last > next) {
            count = (int) Math.ceilDiv(last - next, (long) FROM);
        }
        ByteBuffer out = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            out.putShort(sample((int) (next / TO), TAPS[(int) (next % TO)]));
            next += FROM;
        }
        int drop = Math.max(0, (int) (next / TO) - REACH);
        System.arraycopy(held, drop, held, 0, heldCount - drop);
        heldCount -= drop;
        next -= (long) drop * TO;
        return out.array();
    }

    private short sample(int at, float[] taps) {
        float sum = 0;
        for (int tap = 0; tap < taps.length; tap++) {
            sum += held[at - (REACH - 1) + tap] * taps[tap];
        }
        return (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    private void take(byte[] piece) {
        int count = piece.length + (odd >= 0 ? 1 : 0);
        if (heldCount + count / 2 > held.length) {
            held = java.util.Arrays.copyOf(held, heldCount + count / 2);
        }
        int at = 0;
        if (odd >= 0 && piece.length > 0) {
            held[heldCount++] = (short) (odd | piece[at++] << 8);
            odd = -1;
        }
        for (; at + 1 < piece.length; at += 2) {
            held[heldCount++] = (short) (piece[at] & 0xff | piece[at + 1] << 8);
        }
        if (at < piece.length) {
            odd = piece[at] & 0xff;
        }
    }
}
