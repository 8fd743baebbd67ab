// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.http;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Step;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class JobsHttpConfiguration {

    /** What comes after everything that a job has passed when it was submitted. */
    @Bean
    SimpleUrlHandlerMapping jobDoor(
            Jobs jobs,
            List<Step> steps,
            @Qualifier("replicaCaller") Answering replicas,
            JobsProperties limits,
            JsonMapper json) {
        Answering models = Step.chain(
                steps.stream()
                        .filter(step -> step.getOrder() >= Step.Order.CACHE)
                        .toList(),
                replicas);
        return new SimpleUrlHandlerMapping(
                Map.of(JobDoor.PATH, new JobDoor(jobs, models, limits, json)), Ordered.HIGHEST_PRECEDENCE);
    }

    @Bean
    JobsRoute jobsRoute(Jobs jobs, Budgets budgets, JsonMapper json, JobsProperties limits) {
        JobReading reading = new JobReading(
                jobs, json, new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy()), limits.ping());
        return new JobsRoute(jobs, budgets, reading, json, limits, UUID::randomUUID);
    }
}
