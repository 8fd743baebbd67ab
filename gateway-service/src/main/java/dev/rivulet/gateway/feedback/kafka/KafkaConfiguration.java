// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.gateway.feedback.AnsweredRequests;
import dev.rivulet.gateway.feedback.FeedbackLog;
import dev.rivulet.gateway.feedback.FeedbackProperties;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.Tellings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(value = "feedbackKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.feedback.enabled", matchIfMissing = true)
class KafkaConfiguration {

    @Bean
    FeedbackLog feedbackLog(Tellings tellings) {
        return feedback -> tellings.tell(EventType.FEEDBACK_GIVEN, feedback.getRequest(), feedback);
    }

    @Bean(initMethod = "follow")
    @ConditionalOnProperty(name = "rivulet.feedback.shared", havingValue = "kafka")
    KafkaAnswers kafkaAnswers(
            AnsweredRequests answers, FeedbackProperties limits, Environment environment, MeterRegistry meters) {
        return new KafkaAnswers(
                answers, KafkaConnection.of(environment), limits.keep(), Clock.systemUTC(), UUID::randomUUID, meters);
    }
}
