// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Up where some replica is ready to serve some model: part of readiness, never of liveness. */
@Component("routing")
final class RoutingHealth extends AbstractHealthIndicator {

    private final Routes routes;

    RoutingHealth(Routes routes) {
        this.routes = routes;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        var ready = routes.ready();
        (ready.isEmpty() ? builder.outOfService() : builder.up())
                .withDetail("models", ready.keySet().stream().sorted().toList());
    }
}
