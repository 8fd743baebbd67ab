// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.TestKafka;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Verdict;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two gateways on one broker that keep budgets together, and a third that starts later. */
class KafkaSpendingIT {

    @RegisterExtension
    static final TestKafka KAFKA = new TestKafka();

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Caller CALLER =
            new Caller("shared", Set.of(Caller.INFERENCE), Caller.Priority.NORMAL, new Limits(0, 0, 1_000_000));

    @Test
    void whatAKeyUsesAtOneGatewayIsGoneAtTheOtherAndAfterARestart() {
        try (GatewayFixture one = gateway()) {
            try (GatewayFixture other = gateway()) {
                Verdict.Granted granted =
                        (Verdict.Granted) one.bean(Budgets.class).reserve(CALLER, 600_000);
                await().atMost(SOON).until(() -> leftAbout(other, 400_000));
                granted.reservation().settle(100_000);
                await().atMost(SOON).until(() -> leftAbout(other, 900_000));
                other.bean(Budgets.class).reserve(CALLER, 900_000);
                await().atMost(SOON).until(() -> leftAbout(one, 0));
                assertThat(one.bean(Budgets.class).reserve(CALLER, 100_000)).isInstanceOf(Verdict.Refused.class);
            }
        }
        try (GatewayFixture later = gateway()) {
            assertThat(leftAbout(later, 0)).isTrue();
        }
    }

    /** A million a day is twelve a second. */
    private static boolean leftAbout(GatewayFixture gateway, long tokens) {
        long left = Long.parseLong(gateway.bean(Budgets.class)
                .standing(CALLER)
                .headers()
                .getOrDefault("x-ratelimit-remaining-tokens", "-1"));
        return left >= tokens && left < tokens + 5_000;
    }

    private static GatewayFixture gateway() {
        GatewayFixture gateway = GatewayFixture.startOn(KAFKA.brokers(), "rivulet.budget.shared=kafka");
        await().atMost(SOON).until(gateway.bean(KafkaSpending.class)::caughtUp);
        return gateway;
    }
}
