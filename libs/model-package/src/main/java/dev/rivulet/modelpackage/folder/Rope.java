// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.modelpackage.folder.RopeScaling.Linear;
import dev.rivulet.modelpackage.folder.RopeScaling.Llama3;
import dev.rivulet.modelpackage.folder.RopeScaling.LongRope;
import dev.rivulet.modelpackage.folder.RopeScaling.None;
import dev.rivulet.modelpackage.folder.RopeScaling.Yarn;
import java.util.stream.IntStream;

/**
 * Rotary position embedding: value {@code i} and value {@code i + dimensions / 2} of a head are turned by position times the
 * frequency {@code i}.
 *
 * @param theta base of the frequencies, {@code theta^(-2i / dimensions)} before scaling
 * @param dimensions how many of a head's first values are turned; even
 * @param scaling what was done to reach longer contexts
 * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., 2021</a>
 */
public record Rope(double theta, int dimensions, RopeScaling scaling) {

    /**
     * Radians per position, {@code dimensions / 2} of them.
     *
     * @param contextLength positions that will be used; LongRoPE has frequencies for short contexts and for long ones
     */
    public double[] frequencies(int contextLength) {
        return IntStream.range(0, dimensions / 2)
                .mapToDouble(i -> scaled(i, Math.pow(theta, -2.0 * i / dimensions), contextLength))
                .toArray();
    }

    /** What cosines and sines are multiplied by. */
    public double amplitude() {
        return switch (scaling) {
            case LongRope longRope -> longRope.amplitude();
            case Yarn yarn -> yarn.amplitude();
            case None none -> 1;
            case Linear linear -> 1;
            case Llama3 llama -> 1;
        };
    }

    private double scaled(int index, double frequency, int contextLength) {
        return switch (scaling) {
            case None none -> frequency;
            case Linear linear -> frequency / linear.factor();
            case Llama3 llama -> llama.scaled(frequency);
            case Yarn yarn -> yarn.scaled(index, frequency);
            case LongRope longRope ->
                frequency / longRope.factors(contextLength).get(index);
        };
    }
}
