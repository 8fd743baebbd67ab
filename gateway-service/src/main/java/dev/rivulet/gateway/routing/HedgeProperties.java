// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When a request is sent to a second replica because the first one has not begun to answer (hedged requests: Dean and Barroso,
 * "The Tail at Scale", 2013).
 *
 * @param enabled whether that is done at all; off by default
 * @param quantile of the recent times until an answer of the same model began, after which a second replica is asked: 0.5 to
 *     0.999, or 0 for {@code delay} alone. Until 20 of these times are known no second one is asked
 * @param delay the least time after which a second replica is asked, 1 ms to 1 minute
 * @param budget per cent of the requests that may be sent twice, 1 to 100
 * @param models those whose requests may be sent twice, at most 1,000; none for all
 */
@ConfigurationProperties("rivulet.routing.hedge")
public record HedgeProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("0.95") double quantile,
        @DefaultValue("100ms") Duration delay,
        @DefaultValue("5") int budget,
        @DefaultValue Set<String> models) {

    private static final int MOST_MODELS = 1_000;
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public HedgeProperties {
        require(quantile == 0 || quantile >= 0.5 && quantile <= 0.999, "quantile is 0 or between 0.5 and 0.999");
        require(delay.toMillis() >= 1 && delay.compareTo(LONGEST) <= 0, "delay is between 1ms and 1m");
        require(budget >= 1 && budget <= 100, "budget is between 1 and 100 per cent");
        models = Set.copyOf(models);
        require(models.size() <= MOST_MODELS, "models holds more than " + MOST_MODELS);
    }

    /** Whether requests for a model may be sent twice. */
    boolean includes(String model) {
        return enabled && (models.isEmpty() || models.contains(model));
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.routing.hedge: " + rule);
        }
    }
}
