// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.inference.encoding.ServingEncoders;
import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.jobs.Cancellations;
import dev.rivulet.inference.jobs.Door;
import dev.rivulet.inference.jobs.JobResult;
import dev.rivulet.inference.jobs.JobRunner;
import dev.rivulet.inference.jobs.JobsProperties;
import dev.rivulet.kafka.KafkaConnections;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.core.env.Environment;
import org.springframework.messaging.Message;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
class JobsConfiguration {

    private static final Supplier<String> IDS = () -> UUID.randomUUID().toString();

    @Bean
    Cancellations jobsCancelled() {
        return new Cancellations();
    }

    @Bean
    Consumer<Message<?>> jobCancellations(Cancellations cancellations) {
        return new JobCancellations(cancellations);
    }

    /** The loop and its clients, where jobs are taken at all. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
    static class Loop {

        @Bean
        KafkaClients jobClients(
                Environment environment, @Value("${rivulet.replica.id}") String replica, JobsProperties properties) {
            return new KafkaClients(KafkaConnections.settings(environment), replica, properties.group());
        }

        @Bean
        JobRecords jobRecords(@Value("${rivulet.replica.id}") String replica, JobsProperties properties, Clock clock) {
            return new JobRecords(replica, properties.group(), clock, IDS);
        }

        @Bean(destroyMethod = "close")
        JobProgress jobProgress(KafkaClients clients, JobRecords records) {
            return new JobProgress(clients, records);
        }

        @Bean
        JobRunner jobRunner(Door door, JobProgress progress, JobsProperties properties, JsonMapper json, Clock clock) {
            return new JobRunner(door, progress, properties, json, clock, IDS);
        }

        /** Ends before the replica lets nobody in any more: jobs go through the same door. */
        @Bean
        @DependsOn("orderlyEnd")
        JobLoop jobLoop(
                KafkaClients clients,
                JobRunner runner,
                JobRecords records,
                Cancellations cancellations,
                ServingModels models,
                ServingEncoders encoders,
                JobsProperties properties,
                MeterRegistry meters) {
            IntSupplier room = () -> room(models, encoders, properties.inFlight());
            return new JobLoop(
                    clients,
                    () -> new JobSession(
                            clients, runner, records, cancellations, room, result -> count(meters, result)),
                    room,
                    properties);
        }

        private static void count(MeterRegistry meters, JobResult result) {
            meters.counter(
                            "rivulet.inference.jobs",
                            "outcome",
                            result.outcome().name().toLowerCase(Locale.ROOT))
                    .increment();
        }

        /** As many as there are slots; an encoder has none and takes whatever comes. */
        private static int room(ServingModels models, ServingEncoders encoders, int most) {
            int slots = models.all().stream().mapToInt(ServingModel::slots).sum();
            return encoders.all().isEmpty() ? Math.min(most, slots) : most;
        }
    }
}
