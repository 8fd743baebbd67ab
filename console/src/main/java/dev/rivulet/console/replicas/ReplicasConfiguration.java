// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import java.time.Clock;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/** Binds the board to its topic. */
@Configuration(proxyBeanMethods = false)
class ReplicasConfiguration {

    @Bean
    ReplicaBoard replicaBoard(ReplicaSettings settings, Clock clock) {
        return new ReplicaBoard(settings, clock);
    }

    /** The binding {@code replicaStatus-in-0}. */
    @Bean
    Consumer<Message<?>> replicaStatus(ReplicaBoard board, Clock clock) {
        return new ReplicaReports(board, clock)::read;
    }
}
