// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.List;

/** How rotary frequencies were changed to reach contexts longer than those of the first training. */
public sealed interface RopeScaling {

    /** The frequencies as they are. */
    record None() implements RopeScaling {}

    /**
     * Position interpolation: all frequencies are divided.
     *
     * @param factor above 0
     * @see <a href="https://arxiv.org/abs/2306.15595">Chen et al., 2023</a>
     */
    record Linear(double factor) implements RopeScaling {}

    /**
     * Llama 3.1: frequencies that turn often within the original context stay, slow ones are divided, those between blend.
     *
     * @param factor divides the slow frequencies
     * @param lowFactor turns within the original context below which a frequency is slow
     * @param highFactor turns above which it stays; larger than {@code lowFactor}
     * @param originalContext positions of the first training
     * @see <a href="https://arxiv.org/abs/2407.21783">Llama team, 2024</a>
     */
    record Llama3(double factor, double lowFactor, double highFactor, int originalContext) implements RopeScaling {

        double scaled(double frequency) {
            double turns = originalContext * frequency / (2 * Math.PI);
            double share = Math.clamp((turns - lowFactor) / (highFactor - lowFactor), 0, 1);
            return frequency * (share + (1 - share) / factor);
        }
    }

    /**
     * YaRN: as Llama 3.1's, but the blend is linear in the number of the frequency.
     *
     * @param factor divides the slow frequencies
     * @param low number of the first frequency that is blended; those before it stay
     * @param high number of the first that is divided; larger than {@code low}
     * @param amplitude multiplies cosines and sines
     * @see <a href="https://arxiv.org/abs/2309.00071">Peng et al., 2023</a>
     */
    record Yarn(double factor, double low, double high, double amplitude) implements RopeScaling {

        double scaled(int index, double frequency) {
            double slow = Math.clamp((index - low) / (high - low), 0, 1);
            return frequency * (1 - slow + slow / factor);
        }
    }

    /**
     * LongRoPE: one divisor per frequency, other ones for contexts beyond the original. The choice is made once, when a model
     * is opened with its context length, so that cached keys stay right.
     *
     * @param shortFactors divisors up to {@code originalContext} positions
     * @param longFactors divisors beyond
     * @param originalContext positions of the first training
     * @param amplitude multiplies cosines and sines
     * @see <a href="https://arxiv.org/abs/2402.13753">Ding et al., 2024</a>
     */
    record LongRope(List<Double> shortFactors, List<Double> longFactors, int originalContext, double amplitude)
            implements RopeScaling {

        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
        }

        List<Double> factors(int contextLength) {
            return contextLength > originalContext ? longFactors : shortFactors;
        }
    }
}
