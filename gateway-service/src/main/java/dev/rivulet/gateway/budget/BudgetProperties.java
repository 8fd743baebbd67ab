// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How budgets are kept.
 *
 * @param shared whether several gateways keep them together
 * @param tell how long a gateway collects what keys use before it tells the others, 10ms to 1 minute
 */
@ConfigurationProperties("rivulet.budget")
public record BudgetProperties(
        @DefaultValue("none") Shared shared,
        @DefaultValue("200ms") Duration tell) {

    /** Who keeps budgets. */
    public enum Shared {
        /** This gateway alone, until it stops. */
        NONE,
        /** All gateways, over the topic {@code identity.budget.spent}. */
        KAFKA
    }

    public BudgetProperties {
        if (tell.toMillis() < 10 || tell.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("rivulet.budget.tell is between 10ms and 1m, was " + tell);
        }
    }
}
