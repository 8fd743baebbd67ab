// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ResponsesProperties.class)
class ResponsesConfiguration {

    @Bean
    ResponseStore memoryResponses(ResponsesProperties limits, MeterRegistry meters) {
        MemoryResponses store = new MemoryResponses(limits, Clock.systemUTC());
        Gauge.builder("rivulet.gateway.responses.kept", store, MemoryResponses::bytes)
                .description("Bytes of responses that this gateway keeps")
                .baseUnit("bytes")
                .register(meters);
        return store;
    }

    @Bean
    Responses responses(JsonMapper json, ResponseStore store, ObjectProvider<Background> background) {
        return new Responses(json, store, background.getIfAvailable());
    }

    @Bean
    ResponsesDialect responsesDialect(JsonMapper json, Responses responses) {
        return new ResponsesDialect(json, responses, Clock.systemUTC());
    }

    @Bean
    InputTokensDialect inputTokensDialect(JsonMapper json, ResponsesDialect responsesDialect) {
        return new InputTokensDialect(responsesDialect, json);
    }

    @Bean
    ResponsesRoute responsesRoute(JsonMapper json, Responses responses, ResponsesProperties limits) {
        return new ResponsesRoute(json, responses, limits.ping());
    }

    /** What needs jobs. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
    static class BackgroundConfiguration {

        @Bean
        Background backgroundResponses(
                JsonMapper json, Jobs jobs, ResponsesProperties limits, JobsProperties jobLimits) {
            return new Background(
                    json, jobs, limits.lifetime(), jobLimits.maxBody().toBytes());
        }

        @Bean
        BackgroundStep backgroundStep(Background background, ResponsesProperties limits) {
            return new BackgroundStep(background, limits.ping());
        }
    }
}
