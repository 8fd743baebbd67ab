// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs.kafka;

import dev.rivulet.gateway.exchange.Aliases;
import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.gateway.jobs.JobChannel;
import dev.rivulet.gateway.jobs.JobIntake;
import dev.rivulet.gateway.jobs.JobStore;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import dev.rivulet.gateway.topics.TopicWriter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JobsProperties.class)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class JobsConfiguration {

    private static final long BUFFER = 8 << 20;

    @Bean
    JobStore jobStore(JobsProperties properties, ObjectProvider<Screening> screening, MeterRegistry meters) {
        JobStore store = new JobStore(properties, screening.getIfAvailable(() -> Screening.NONE), Clock.systemUTC());
        Gauge.builder("rivulet.gateway.jobs", store, JobStore::size)
                .description("Jobs that this gateway knows")
                .register(meters);
        Gauge.builder("rivulet.gateway.jobs.kept", store, JobStore::bytes)
                .description("Bytes of answers of jobs that this gateway keeps")
                .baseUnit("bytes")
                .register(meters);
        return store;
    }

    @Bean(destroyMethod = "close")
    TopicWriter jobWriter(Environment environment) {
        return new TopicWriter(KafkaConnection.of(environment), BUFFER);
    }

    @Bean
    KafkaJobChannel jobChannel(TopicWriter jobWriter) {
        return new KafkaJobChannel(jobWriter, Clock.systemUTC(), UUID::randomUUID);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    TopicFollower jobFollower(
            Environment environment, JobStore store, ObjectProvider<Screening> screening, MeterRegistry meters) {
        JobIntake intake = new JobIntake(store, screening.getIfAvailable(() -> Screening.NONE));
        return new TopicFollower(
                KafkaConnection.of(environment),
                JobEventReader.TOPICS,
                null,
                Clock.systemUTC(),
                new JobEventReader(store, intake, meters, System::nanoTime));
    }

    @Bean
    Jobs jobs(
            JobStore store,
            JobChannel channel,
            ObjectProvider<Screening> screening,
            ObjectProvider<Aliases> aliases,
            Routes routes,
            JobsProperties properties) {
        return new Jobs(
                store,
                channel,
                screening.getIfAvailable(() -> Screening.NONE),
                model -> aliases.stream().anyMatch(all -> all.find(model).isPresent()),
                routes,
                properties,
                Clock.systemUTC(),
                Schedulers.parallel());
    }
}
