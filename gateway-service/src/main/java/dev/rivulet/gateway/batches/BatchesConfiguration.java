// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsProperties;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BatchesProperties.class)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class BatchesConfiguration {

    private static final Clock CLOCK = Clock.systemUTC();

    @Bean
    BatchStore batchStore(FileStore files, JsonMapper json, BatchesProperties limits) {
        return new BatchStore(files, json, CLOCK, limits.keep());
    }

    @Bean
    Batches batches(
            BatchStore store,
            FileStore files,
            Jobs jobs,
            Budgets budgets,
            BatchesProperties limits,
            JobsProperties jobLimits,
            JsonMapper json) {
        BatchInput input = new BatchInput(
                limits.mostLines(), Math.toIntExact(jobLimits.maxBody().toBytes()));
        Scheduler disk = Schedulers.boundedElastic();
        return new Batches(
                store,
                files,
                jobs,
                limits,
                id -> new BatchRun(id, store, files, jobs, budgets, input, limits, json, CLOCK, disk),
                CLOCK,
                UUID::randomUUID);
    }
}
