// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class JobsHttpConfiguration {

    @Bean
    JobsRoute jobsRoute(Jobs jobs, Budgets budgets, JsonMapper json, JobsProperties limits) {
        JobReading reading = new JobReading(
                jobs, json, new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy()), limits.ping());
        return new JobsRoute(jobs, budgets, reading, json, limits, UUID::randomUUID);
    }
}
