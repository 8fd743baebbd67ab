// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {

    /** Losses by Python's math module from equation 7 of arXiv 2305.18290 and equation 2 of arXiv 2404.19733. */
    @ParameterizedTest
    @CsvSource({
        "-12.5, -14, -9, -8.5, 6, 0.1, 0, 0.5981388693815918",
        "-3, -30, -40, -20, 4, 0.1, 1, 0.7590541641698876",
        "-8, -8, -8, -8, 5, 0.1, 1, 2.2931471805599455",
        "-25, -4, -5, -9, 7, 0.5, 0.2, 13.214289440931942"
    })
    void theLossIsThatOfThePapersAndItsSlopesAreItsDerivatives(
            double chosen,
            double chosen0,
            double rejected,
            double rejected0,
            int tokens,
            double beta,
            double weight,
            double expected) {
        Preferences preferences = new Preferences(beta, weight);
        Preferences.Loss loss = preferences.loss(chosen, chosen0, rejected, rejected0, tokens);
        assertThat(loss.value()).isCloseTo(expected, offset(1e-12));
        double h = 1e-6;
        double byChosen = (preferences
                                .loss(chosen + h, chosen0, rejected, rejected0, tokens)
                                .value()
                        - preferences
                                .loss(chosen - h, chosen0, rejected, rejected0, tokens)
                                .value())
                / (2 * h);
        double byRejected = (preferences
                                .loss(chosen, chosen0, rejected + h, rejected0, tokens)
                                .value()
                        - preferences
                                .loss(chosen, chosen0, rejected - h, rejected0, tokens)
                                .value())
                / (2 * h);
        assertThat(loss.chosenSlope()).isCloseTo(byChosen, offset(1e-7));
        assertThat(loss.rejectedSlope()).isCloseTo(byRejected, offset(1e-7));
    }

    @Test
    void aHugeMarginIsFiniteEitherWay() {
        assertThat(new Preferences(1, 0).loss(-1e6, 0, 0, 0, 1).value()).isEqualTo(1e6);
        assertThat(new Preferences(1, 0).loss(0, -1e6, 0, 0, 1).value()).isZero();
    }

    @Test
    void aBetaOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Preferences(0, 1));
    }
}
