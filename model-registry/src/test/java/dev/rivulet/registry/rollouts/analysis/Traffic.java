// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import dev.rivulet.registry.rollouts.analysis.Window.Ending;
import java.util.Random;

/** Requests as replicas have them: log-normal times, errors by chance. */
final class Traffic {

    private Traffic() {}

    static Window window(Random random, int requests, double errors, double slower) {
        Window window = new Window();
        for (int i = 0; i < requests; i++) {
            if (random.nextDouble() < errors) {
                window.add(Ending.ERROR, Double.NaN, Double.NaN);
            } else {
                window.add(
                        Ending.ANSWERED,
                        slower * 0.12 * Math.exp(0.5 * random.nextGaussian()),
                        slower * 0.02 * Math.exp(0.25 * random.nextGaussian()));
            }
        }
        return window;
    }
}
