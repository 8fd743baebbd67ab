package dev.rivulet.gateway.jobs.kafka;

import dev.rivulet.gateway.jobs.JobChannel;
import dev.rivulet.gateway.jobs.JobStore;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JobsProperties.class)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class JobsConfiguration {

    private static final int THREADS = 4;
    private static final int WAITING = 10_000;

    @Bean
    JobStore jobStore(JobsProperties properties, MeterRegistry meters) {
        JobStore store = new JobStore(properties, Clock.systemUTC());
        Gauge.builder("rivulet.gateway.jobs", store, JobStore::size)
                .description("Jobs that this gateway knows")
                .register(meters);
        Gauge.builder("rivulet.gateway.jobs.kept", store, JobStore::bytes)
                .description("Bytes of answers of jobs that this gateway keeps")
                .baseUnit("bytes")
                .register(meters);
        return store;
    }

    @Bean
    JobClients jobClients(@Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers) {
        return new JobClients(brokers);
    }

    @Bean(destroyMethod = "close")
    KafkaJobChannel jobChannel(JobClients clients) {
        return new KafkaJobChannel(
                clients, Clock.systemUTC(), Schedulers.newBoundedElastic(THREADS, WAITING, "jobs", 60, true));
    }

    @Bean
    JobFollower jobFollower(JobClients clients, JobStore store, MeterRegistry meters) {
        return new JobFollower(clients, new JobEventReader(store, meters), store);
    }

    @Bean
    Jobs jobs(JobStore store, JobChannel channel, Routes routes, JobsProperties properties) {
        return new Jobs(store, channel, routes, properties, Clock.systemUTC(), Schedulers.parallel());
    }
}
