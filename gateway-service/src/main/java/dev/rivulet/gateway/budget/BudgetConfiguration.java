// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BudgetProperties.class)
class BudgetConfiguration {

    @Bean
    Budgets budgets(ObjectProvider<Budgets.Spending> spending) {
        return new Budgets(System::nanoTime, spending.getIfAvailable(() -> (caller, requests, tokens) -> {}));
    }
}
