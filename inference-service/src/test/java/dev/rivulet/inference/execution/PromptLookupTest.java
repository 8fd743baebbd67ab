// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromptLookupTest {

    @Test
    void whatFollowedTheSameTokensIsDrafted() {
        assertThat(draft(3, 1, 2, 3, 4, 5, 9, 1, 2)).containsExactly(3, 4, 5);
    }

    @Test
    void theLongerAgreementWinsAndOfEquallyLongOnesTheLatest() {
        assertThat(draft(1, 7, 1, 2, 30, 1, 2, 40, 7, 1, 2)).containsExactly(30);
        assertThat(draft(1, 1, 2, 30, 1, 2, 40, 1, 2)).containsExactly(40);
    }

    @Test
    void aRepetitionThatReachesTheEndIsDraftedAsFarAsItGoes() {
        assertThat(draft(5, 1, 2, 1, 2)).containsExactly(1, 2);
    }

    @Test
    void nothingIsDraftedWithoutAnEarlierOccurrence() {
        assertThat(draft(3, 1, 2, 3, 4)).isEmpty();
        assertThat(draft(3, 1, 2, 3, 2)).isEmpty();
        assertThat(draft(3, 1)).isEmpty();
        assertThat(draft(0, 1, 2, 1, 2)).isEmpty();
    }

    private static int[] draft(int most, int... tokens) {
        return PromptLookup.draft(tokens, tokens.length, most);
    }
}
