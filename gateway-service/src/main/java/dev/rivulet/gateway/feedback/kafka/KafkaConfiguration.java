package dev.rivulet.gateway.feedback.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.gateway.feedback.FeedbackLog;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.Tellings;
import java.time.Clock;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(value = "feedbackKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.feedback.enabled", matchIfMissing = true)
class KafkaConfiguration {

    @Bean
    Tellings feedbackTellings(Environment environment) {
        return new Tellings(KafkaConnection.of(environment), Clock.systemUTC(), UUID::randomUUID);
    }

    @Bean
    FeedbackLog feedbackLog(@Qualifier("feedbackTellings") Tellings feedbackTellings) {
        return feedback -> feedbackTellings.tell(EventType.FEEDBACK_GIVEN, feedback.getRequest(), feedback);
    }
}
