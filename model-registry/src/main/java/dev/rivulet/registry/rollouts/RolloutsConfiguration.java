// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the health of the registry says of rollouts. */
@Configuration(proxyBeanMethods = false)
class RolloutsConfiguration {

    /** Unknown while a rollout waits for what replicas tell; the registry itself is well without it. */
    @Bean
    HealthIndicator rolloutsHealthIndicator(RolloutLoop loop, Observations seen) {
        return () -> {
            boolean blind = loop.active() > 0 && !seen.caughtUp();
            Health.Builder health = blind ? Health.unknown() : Health.up();
            return health.withDetail("active", loop.active())
                    .withDetail("following_replicas", loop.active() > 0 && seen.caughtUp())
                    .build();
        };
    }
}
