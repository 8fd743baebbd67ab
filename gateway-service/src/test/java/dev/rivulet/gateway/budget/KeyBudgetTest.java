// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.budget.Budgets.Verdict;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.problems.ProblemCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyBudgetTest {

    private static final String REMAINING = "x-ratelimit-remaining-tokens";

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong told = new AtomicLong();
    private final Budgets budgets = new Budgets(nanos::get, (caller, requests, tokens) -> told.addAndGet(tokens));

    @Test
    void aKeyWithoutLimitsIsNeverRefusedAndToldNothing() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(reserve(Limits.NONE, 1_000_000).standing().headers()).isEmpty();
        }
    }

    @Test
    void requestsOfAMinuteAreCountedAndComeBackEvenly() {
        Limits limits = new Limits(60, 0, 0);
        for (int i = 0; i < 60; i++) {
            assertThat(reserve(limits, 1)).isInstanceOf(Verdict.Granted.class);
        }
        Verdict.Refused refused = refused(limits, 1);
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.RATE_LIMIT_EXCEEDED);
        assertThat(refused.problem().retryAfterSeconds()).hasValue(1L);
        assertThat(refused.problem().message()).contains("60 requests a minute");
        assertThat(refused.standing().headers())
                .containsEntry("x-ratelimit-limit-requests", "60")
                .containsEntry("x-ratelimit-remaining-requests", "0")
                .containsEntry("x-ratelimit-reset-requests", "1m0s")
                .doesNotContainKey("x-ratelimit-limit-tokens");
        pass(Duration.ofSeconds(1));
        assertThat(reserve(limits, 1)).isInstanceOf(Verdict.Granted.class);
        assertThat(reserve(limits, 1)).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void whatAnAnswerDidNotTakeComesBackAtItsEnd() {
        Limits limits = new Limits(0, 1_000, 0);
        Verdict.Granted granted = (Verdict.Granted) reserve(limits, 900);
        assertThat(reserve(limits, 200)).isInstanceOf(Verdict.Refused.class);
        granted.reservation().settle(100);
        granted.reservation().settle(0);
        assertThat(reserve(limits, 200).standing().headers()).containsEntry(REMAINING, "700");
        assertThat(told).hasValue(300);
    }

    @Test
    void anAnswerLongerThanThoughtLeavesADebtThatHasToFlowInFirst() {
        Limits limits = new Limits(0, 600, 0);
        Verdict.Granted granted = (Verdict.Granted) reserve(limits, 100);
        granted.reservation().settle(1_200);
        Verdict.Refused refused = refused(limits, 10);
        assertThat(refused.standing().headers()).containsEntry(REMAINING, "0");
        assertThat(refused.problem().retryAfterSeconds()).hasValue(61L);
        pass(Duration.ofSeconds(61));
        assertThat(reserve(limits, 10)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void tokensThatAreCountedLateCountToo() {
        Limits limits = new Limits(0, 600, 0);
        Verdict.Granted granted = (Verdict.Granted) reserve(limits, 100);
        granted.reservation().settle(0);
        granted.reservation().late(500);
        assertThat(reserve(limits, 100).standing().headers()).containsEntry(REMAINING, "0");
    }

    @Test
    void aRequestLargerThanTheWholeBudgetWaitsForAllOfIt() {
        Limits limits = new Limits(0, 500, 0);
        assertThat(reserve(limits, 100_000)).isInstanceOf(Verdict.Granted.class);
        assertThat(refused(limits, 100_000).problem().retryAfterSeconds()).hasValue(60L);
    }

    @Test
    void aDaysBudgetHoldsWhileTheMinutesComeBackAndARefusalTakesNothing() {
        Limits limits = new Limits(100, 1_000, 2_000);
        for (int i = 0; i < 2; i++) {
            assertThat(reserve(limits, 1_000)).isInstanceOf(Verdict.Granted.class);
            pass(Duration.ofMinutes(1));
        }
        Verdict.Refused refused = refused(limits, 1_000);
        assertThat(refused.problem().message()).contains("2000 tokens a day");
        assertThat(refused.problem().retryAfterSeconds().orElseThrow()).isBetween(43_000L, 43_200L);
        assertThat(refused.standing().headers()).containsEntry("x-ratelimit-remaining-requests", "100");
        assertThat(refused.standing().headers()).containsEntry("x-ratelimit-limit-tokens", "2000");
    }

    @Test
    void keysHaveTheirOwnBudgetsAndNewLimitsBeginFull() {
        Limits limits = new Limits(1, 0, 0);
        assertThat(budgets.reserve(caller("a", limits), 1)).isInstanceOf(Verdict.Granted.class);
        assertThat(budgets.reserve(caller("b", limits), 1)).isInstanceOf(Verdict.Granted.class);
        assertThat(budgets.reserve(caller("a", limits), 1)).isInstanceOf(Verdict.Refused.class);
        assertThat(budgets.reserve(caller("a", new Limits(2, 0, 0)), 1)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void timesAreWrittenAsOpenAiWritesThem() {
        assertThat(Standing.written(Duration.ofMillis(120))).isEqualTo("120ms");
        assertThat(Standing.written(Duration.ofMillis(1_001))).isEqualTo("2s");
        assertThat(Standing.written(Duration.ofMinutes(6))).isEqualTo("6m0s");
        assertThat(Standing.written(Duration.ofSeconds(86_352))).isEqualTo("23h59m12s");
    }

    @Test
    void aNegativeLimitIsNone() {
        assertThatThrownBy(() -> new Limits(-1, 0, 0)).hasMessageContaining("requests-per-minute");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private Verdict reserve(Limits limits, long tokens) {
        return budgets.reserve(caller("k", limits), tokens);
    }

    private Verdict.Refused refused(Limits limits, long tokens) {
        return (Verdict.Refused) reserve(limits, tokens);
    }

    private static Caller caller(String name, Limits limits) {
        return new Caller(name, Set.of(Caller.INFERENCE), Caller.Priority.NORMAL, limits);
    }
}
