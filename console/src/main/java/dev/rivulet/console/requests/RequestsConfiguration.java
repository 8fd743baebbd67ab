// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Binds the board to its topics. */
@Configuration(proxyBeanMethods = false)
class RequestsConfiguration {

    @Bean
    WayBoard wayBoard(RequestSettings settings) {
        return new WayBoard(settings.remembered(), settings.steps());
    }

    @Bean
    WayReports wayReports(WayBoard board) {
        return new WayReports(board);
    }

    /** The binding {@code completionRecorded-in-0}. */
    @Bean
    Consumer<Message<?>> completionRecorded(WayReports reports) {
        return reports::completed;
    }

    /** The binding {@code feedbackGiven-in-0}. */
    @Bean
    Consumer<Message<?>> feedbackGiven(WayReports reports) {
        return reports::judged;
    }
}
