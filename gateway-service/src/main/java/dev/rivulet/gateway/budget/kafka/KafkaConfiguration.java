// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget.kafka;

import dev.rivulet.gateway.budget.BudgetProperties;
import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.topics.KafkaConnection;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

@Configuration(value = "budgetKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.budget.shared", havingValue = "kafka")
class KafkaConfiguration {

    @Bean
    KafkaSpending kafkaSpending(Environment environment) {
        return new KafkaSpending(KafkaConnection.of(environment), Clock.systemUTC(), UUID::randomUUID);
    }

    @Bean(destroyMethod = "dispose")
    Disposable budgetTelling(KafkaSpending spending, Budgets budgets, BudgetProperties properties) {
        spending.follow(budgets);
        return Flux.interval(properties.tell())
                .onBackpressureDrop()
                .concatMap(tick -> spending.tell(), 1)
                .subscribe();
    }
}
