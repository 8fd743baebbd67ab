// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.util.random.RandomGenerator;

/**
 * How a room and a microphone change sound: an impulse response of noise that decays exponentially behind the direct sound, and a
 * tilt of the spectrum.
 *
 * @param seconds until the reverberation is 60 dB down (RT60); 0 for none
 * @param direct direct sound over reverberation, dB
 * @param tilt −0.5 (bright) to 0.5 (dull)
 */
record Room(double seconds, double direct, double tilt) {

    /** A room from a booth to a lobby; one in five has no reverberation. */
    static Room drawn(RandomGenerator random) {
        double seconds = random.nextInt(5) == 0 ? 0 : random.nextDouble(0.15, 0.7);
        return new Room(seconds, random.nextDouble(0, 12), random.nextDouble(-0.4, 0.4));
    }

    float[] heard(float[] samples, RandomGenerator random) {
        float[] tilted = new float[samples.length];
        float before = 0;
        for (int i = 0; i < samples.length; i++) {
            tilted[i] = samples[i] + (float) tilt * before;
            before = samples[i];
        }
        return seconds == 0 ? tilted : Fourier.convolve(tilted, response(random));
    }

    private float[] response(RandomGenerator random) {
        float[] response = new float[(int) (seconds * Sound.RATE * 0.8)];
        double decay = Math.log(1000) / (seconds * Sound.RATE);
        double energy = 0;
        int gap = Sound.RATE / 400;
        for (int i = gap; i < response.length; i++) {
            response[i] = (float) (random.nextGaussian() * Math.exp(-decay * i));
            energy += response[i] * response[i];
        }
        double scale = Math.sqrt(Math.pow(10, -direct / 10) / Math.max(energy, 1e-9));
        for (int i = gap; i < response.length; i++) {
            response[i] *= (float) scale;
        }
        response[0] = 1;
        return response;
    }
}
