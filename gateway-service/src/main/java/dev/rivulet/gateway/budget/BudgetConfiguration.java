package dev.rivulet.gateway.budget;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class BudgetConfiguration {

    @Bean
    Budgets budgets() {
        return new Budgets(System::nanoTime, (caller, requests, tokens) -> {});
    }
}
