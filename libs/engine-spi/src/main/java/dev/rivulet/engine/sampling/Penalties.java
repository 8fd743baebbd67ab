// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

/**
 * What makes tokens that were there before less likely.
 *
 * @param repetition divides positive and multiplies negative logits of tokens of prompt and answer (Keskar et al., 2019), above 0
 *     and at most 2; 1 changes nothing
 * @param presence is taken from the logits of tokens of the answer once, -2 to 2
 * @param frequency is taken from the logits of tokens of the answer as often as they are there, -2 to 2
 */
public record Penalties(double repetition, double presence, double frequency) {

    public static final Penalties NONE = new Penalties(1, 0, 0);

    public Penalties {
        if (!(repetition > 0 && repetition <= 2)) {
            throw new IllegalArgumentException("repetition_penalty must be above 0 and at most 2, was " + repetition);
        }
        if (!(presence >= -2 && presence <= 2)) {
            throw new IllegalArgumentException("presence_penalty must be -2 to 2, was " + presence);
        }
        if (!(frequency >= -2 && frequency <= 2)) {
            throw new IllegalArgumentException("frequency_penalty must be -2 to 2, was " + frequency);
        }
    }

    boolean none() {
        return repetition == 1 && presence == 0 && frequency == 0;
    }
}
