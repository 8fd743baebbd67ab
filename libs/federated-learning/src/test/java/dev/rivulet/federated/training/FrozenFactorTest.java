// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class FrozenFactorTest {

    private static final String LAYER = "model.layers.0.mlp.up_proj";

    /** By Python, from FNV-1a and SplitMix64 as published. */
    @Test
    void itsNumbersAreThoseOfTheReferenceProgram() {
        assertThat(FrozenFactor.of(1, LAYER, 2, 3))
                .containsExactly(
                        0.756453931f, 0.0106438994f, -0.0895915627f, -0.323464215f, 0.497903526f, 0.502723873f);
    }

    @Test
    void anotherLayerOrSeedHasAnotherFactor() {
        float[] one = FrozenFactor.of(1, LAYER, 2, 3);
        assertThat(FrozenFactor.of(2, LAYER, 2, 3)).isNotEqualTo(one);
        assertThat(FrozenFactor.of(1, "model.layers.1.mlp.up_proj", 2, 3)).isNotEqualTo(one);
    }

    @Test
    void itsVarianceIsOneOverTheInputs() {
        float[] values = FrozenFactor.of(5, LAYER, 64, 400);
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
        }
        assertThat(sum / values.length).isCloseTo(0, offset(0.001));
        assertThat(squares / values.length).isCloseTo(1.0 / 400, offset(0.0001));
    }

    @Test
    void aRankOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> FrozenFactor.of(1, LAYER, 0, 3));
    }
}
