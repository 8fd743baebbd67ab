// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches.http;

import dev.rivulet.gateway.batches.Batches;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class BatchesHttpConfiguration {

    @Bean
    BatchesRoute batchesRoute(Batches batches, JsonMapper json) {
        return new BatchesRoute(batches, json, Schedulers.boundedElastic());
    }
}
