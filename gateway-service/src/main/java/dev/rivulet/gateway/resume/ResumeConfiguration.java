// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ResumeProperties.class)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class ResumeConfiguration {

    @Bean(destroyMethod = "close")
    ResumableStreams resumableStreams(Jobs jobs, ResumeProperties limits) {
        return new ResumableStreams(jobs, limits.grace());
    }

    @Bean
    ResumeStep resumeStep(Jobs jobs, ResumableStreams streams, ResumeProperties limits, JobsProperties jobLimits) {
        return new ResumeStep(jobs, streams, limits, jobLimits.maxBody().toBytes());
    }

    @Bean
    StreamsRoute streamsRoute(Jobs jobs, ResumableStreams streams, JobsProperties jobLimits) {
        return new StreamsRoute(jobs, streams, jobLimits.ping());
    }
}
