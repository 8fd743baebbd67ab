// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrivacyBudgetTest {

    private static final SubsampledGaussian ROUND = new SubsampledGaussian(0.01, 1.1);
    private static final Accountant ACCOUNTANT = new RdpAccountant();
    private static final PrivacyBudget UNLIMITED = PrivacyBudget.of(1e9, 1e-5, ACCOUNTANT);

    private static PrivacyLedger afterRounds(PrivacyLedger ledger, int rounds, Set<String> devices) {
        PrivacyLedger now = ledger;
        for (int i = 0; i < rounds; i++) {
            now = ((PrivacyLedger.Decision.Charged) now.charge(ROUND, devices)).after();
        }
        return now;
    }

    private static List<Spent> unsampled(int rounds) {
        return List.of(new Spent(new SubsampledGaussian(1, 1.1), rounds));
    }

    @Test
    void roundsAreRefusedAtTheFirstThatWouldPassTheBudget() {
        PrivacyBudget budget = PrivacyBudget.of(1.0, 1e-5, new RdpAccountant());
        int rounds = 0;
        while (budget.charge(ROUND, 1) instanceof PrivacyBudget.Decision.Granted granted) {
            budget = granted.after();
            rounds++;
            assertThat(granted.epsilon()).isLessThanOrEqualTo(1.0);
        }

        assertThat(rounds).isBetween(100, 300);
        assertThat(budget.spentEpsilon()).isLessThanOrEqualTo(1.0);
        assertThat(budget.charge(ROUND, 1)).isInstanceOfSatisfying(PrivacyBudget.Decision.Refused.class, refused -> {
            assertThat(refused.epsilon()).isGreaterThan(1.0);
            assertThat(refused.reason()).contains("the budget is 1.0000");
        });
    }

    @Test
    void usesOfOneMechanismAddUpToOneEntry() {
        PrivacyBudget budget = UNLIMITED;
        for (int i = 0; i < 100; i++) {
            budget = ((PrivacyBudget.Decision.Granted) budget.charge(ROUND, 1)).after();
        }

        assertThat(budget.spent()).containsExactly(new Spent(ROUND, 100));
        assertThat(budget.spentEpsilon()).isCloseTo(0.956091, within(1e-5));
    }

    @Test
    void aDevicePaysForItsOwnRoundsAtThePriceWithoutSampling() {
        PrivacyLedger ledger = afterRounds(PrivacyLedger.of(UNLIMITED, UNLIMITED), 3, Set.of("a", "b"));
        ledger = afterRounds(ledger, 2, Set.of("b"));
        PrivacyReport report = ledger.report();

        assertThat(report.rounds()).isEqualTo(5);
        assertThat(ledger.devices().get("a")).isEqualTo(new PrivacyBudget(1e9, 1e-5, ACCOUNTANT, unsampled(3)));
        assertThat(ledger.devices().get("b")).isEqualTo(new PrivacyBudget(1e9, 1e-5, ACCOUNTANT, unsampled(5)));
        assertThat(report.devices().get("b")).isGreaterThan(report.devices().get("a"));
        assertThat(report.epsilon()).isLessThan(report.devices().get("a"));
    }

    @Test
    void aDeviceWhoseBudgetIsSpentIsLeftOutAndTheOthersGoOn() {
        double once = new RdpAccountant().epsilon(List.of(new Spent(new SubsampledGaussian(1, 1.1), 1)), 1e-5);
        PrivacyBudget perDevice = PrivacyBudget.of(once * 1.01, 1e-5, new RdpAccountant());
        PrivacyLedger ledger = afterRounds(PrivacyLedger.of(UNLIMITED, perDevice), 1, Set.of("a"));

        assertThat(ledger.charge(ROUND, Set.of("a", "b")))
                .isInstanceOfSatisfying(PrivacyLedger.Decision.Charged.class, charged -> {
                    assertThat(charged.admitted()).containsExactly("b");
                    assertThat(charged.exhausted()).containsExactly("a");
                });
        assertThat(ledger.charge(ROUND, Set.of("a"))).isInstanceOf(PrivacyLedger.Decision.Refused.class);
        assertThat(ledger.report().rounds()).isEqualTo(1);
    }

    @Test
    void aRefusedRoundChargesNobody() {
        PrivacyLedger ledger = PrivacyLedger.of(PrivacyBudget.of(0.01, 1e-5, new RdpAccountant()), UNLIMITED);

        assertThat(ledger.charge(ROUND, Set.of("a")))
                .isInstanceOfSatisfying(
                        PrivacyLedger.Decision.Refused.class,
                        refused -> assertThat(refused.reason()).contains("federation's budget is spent"));
        assertThat(ledger.devices()).isEmpty();
    }
}
