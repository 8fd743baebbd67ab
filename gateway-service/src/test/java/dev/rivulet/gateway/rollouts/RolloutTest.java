// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RolloutTest {

    private static final int SESSIONS = 20_000;

    @Test
    void sharesAreAsAskedForAndWhoWasMovedStays() {
        Set<Integer> before = Set.of();
        for (int percent : new int[] {0, 1, 10, 50, 100}) {
            Set<Integer> moved = moved("salt", percent);
            assertThat(moved).containsAll(before);
            double expected = SESSIONS * percent / 100.0;
            assertThat((double) moved.size())
                    .as("five standard deviations at " + percent + " percent")
                    .isBetween(expected - 5 * deviation(percent), expected + 5 * deviation(percent));
            before = moved;
        }
    }

    @Test
    void anotherSaltMovesOthersFirst() {
        Set<Integer> both = moved("salt", 10);
        both.retainAll(moved("other", 10));
        assertThat(both).hasSizeBetween(SESSIONS / 100 / 2, SESSIONS / 100 * 2);
    }

    @Test
    void aLaterRevisionOrALaterRolloutCountsAndNothingElse() {
        Rollout first = rollout("a", 3, 1);
        assertThat(rollout("a", 4, 1).supersedes(first)).isTrue();
        assertThat(rollout("a", 3, 1).supersedes(first)).isFalse();
        assertThat(rollout("b", 1, 2).supersedes(first)).isTrue();
        assertThat(rollout("b", 9, 0).supersedes(first)).isFalse();
    }

    private static Rollout rollout(String id, long revision, long startedAt) {
        return Rollout.of(Events.rollout(id, startedAt, revision, "CANARY", 1));
    }

    private static Set<Integer> moved(String salt, int percent) {
        Rollout rollout = Rollout.of(Events.rollout("r", 1, 1, "CANARY", percent).toBuilder()
                .setSalt(salt)
                .build());
        return IntStream.range(0, SESSIONS)
                .filter(number -> rollout.isForCandidate("session-" + number))
                .boxed()
                .collect(Collectors.toSet());
    }

    private static double deviation(int percent) {
        double share = percent / 100.0;
        return Math.sqrt(SESSIONS * share * (1 - share));
    }
}
