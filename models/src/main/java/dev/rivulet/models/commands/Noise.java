// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.util.List;
import java.util.random.RandomGenerator;

/** What is heard beside an utterance. */
enum Noise {
    /** The same power at all frequencies. */
    WHITE,
    /** Power that falls with the frequency, after Voss and McCartney. */
    PINK,
    /** Several other people who speak at once. */
    BABBLE;

    private static final int TALKERS = 5;
    private static final int ROWS = 12;

    static Noise drawn(RandomGenerator random) {
        return values()[random.nextInt(values().length)];
    }

    /** @param speech what others say */
    float[] samples(int count, List<float[]> speech, RandomGenerator random) {
        return switch (this) {
            case WHITE -> white(count, random);
            case PINK -> pink(count, random);
            case BABBLE -> babble(count, speech, random);
        };
    }

    private static float[] white(int count, RandomGenerator random) {
        float[] samples = new float[count];
        for (int i = 0; i < count; i++) {
            samples[i] = (float) random.nextGaussian();
        }
        return samples;
    }

    private static float[] pink(int count, RandomGenerator random) {
        float[] samples = new float[count];
        double[] rows = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            rows[row] = random.nextGaussian();
        }
        for (int i = 0; i < count; i++) {
            int row = Math.min(ROWS - 1, Integer.numberOfTrailingZeros(i + 1));
            rows[row] = random.nextGaussian();
            double sum = random.nextGaussian();
            for (double value : rows) {
                sum += value;
            }
            samples[i] = (float) sum;
        }
        return samples;
    }

    private static float[] babble(int count, List<float[]> speech, RandomGenerator random) {
        float[] samples = new float[count];
        for (int talker = 0; talker < TALKERS; talker++) {
            int at = -random.nextInt(Sound.RATE);
            while (at < count) {
                float[] said = speech.get(random.nextInt(speech.size()));
                double gain = random.nextDouble(0.4, 1.0);
                for (int i = Math.max(0, -at); i < said.length && at + i < count; i++) {
                    samples[at + i] += (float) (gain * said[i]);
                }
                at += said.length + random.nextInt(Sound.RATE / 2);
            }
        }
        return samples;
    }
}
