// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Where an utterance is heard.
 *
 * @param noise what else is heard
 * @param snr level of the utterance over the noise, dB
 * @param gain loudest sample, dB of full scale
 * @param margin samples kept around the utterance, before silence fills the window; all of the window if it is as long
 */
record Scene(Room room, Noise noise, double snr, double gain, int margin) {

    /** @param leastSnr the noisiest, dB, @param mostSnr the quietest */
    static Scene drawn(double leastSnr, double mostSnr, RandomGenerator random) {
        int margin = random.nextBoolean() ? Sound.WINDOW : random.nextInt(Sound.RATE / 20, Sound.RATE / 2);
        return new Scene(
                Room.drawn(random),
                Noise.drawn(random),
                random.nextDouble(leastSnr, mostSnr),
                random.nextDouble(-30, -1),
                margin);
    }

    /**
     * The utterance somewhere in a window of {@link Sound#WINDOW} samples, or the middle of it if it is longer; only noise if it is
     * empty.
     *
     * @param speech what others say
     */
    float[] recorded(float[] utterance, List<float[]> speech, RandomGenerator random) {
        float[] window = new float[Sound.WINDOW];
        int spare = Sound.WINDOW - utterance.length;
        int at = spare > 0 ? random.nextInt(spare) : spare / 2;
        for (int i = Math.max(0, -at); i < utterance.length && at + i < window.length; i++) {
            window[at + i] = utterance[i];
        }
        double level = utterance.length == 0 ? 0.05 : Sound.level(utterance);
        float[] heard = room.heard(window, random);
        float[] beside = noise.samples(window.length, speech, random);
        double scale = level / Math.pow(10, snr / 20) / Math.max(Sound.level(beside), 1e-9);
        float loudest = 1e-6f;
        for (int i = 0; i < heard.length; i++) {
            boolean kept = i >= at - margin && i < at + utterance.length + margin;
            heard[i] = kept ? heard[i] + (float) scale * beside[i] : 0;
            loudest = Math.max(loudest, Math.abs(heard[i]));
        }
        float factor = (float) Math.pow(10, gain / 20) / loudest;
        for (int i = 0; i < heard.length; i++) {
            heard[i] *= factor;
        }
        return heard;
    }
}
