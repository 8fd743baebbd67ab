package dev.rivulet.gateway.routing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replicas are looked after.
 *
 * @param tick how often the table is looked over for replicas to ask, 50 ms to 5 s
 * @param probeTimeout how long a replica may take to answer when it is asked, up to 30 s
 */
@ConfigurationProperties("rivulet.routing")
public record RoutingProperties(
        @DefaultValue("250ms") Duration tick,
        @DefaultValue("1s") Duration probeTimeout) {

    public RoutingProperties {
        if (tick.toMillis() < 50 || tick.toMillis() > 5_000) {
            throw new IllegalArgumentException("rivulet.routing.tick is between 50ms and 5s, was " + tick);
        }
        if (probeTimeout.toMillis() < 50 || probeTimeout.toMillis() > 30_000) {
            throw new IllegalArgumentException(
                    "rivulet.routing.probe-timeout is between 50ms and 30s, was " + probeTimeout);
        }
    }
}
