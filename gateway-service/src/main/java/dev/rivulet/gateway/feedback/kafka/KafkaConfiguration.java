package dev.rivulet.gateway.feedback.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.gateway.feedback.FeedbackLog;
import dev.rivulet.gateway.topics.Tellings;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(value = "feedbackKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.feedback.enabled", matchIfMissing = true)
class KafkaConfiguration {

    @Bean
    FeedbackLog feedbackLog(Tellings tellings) {
        return feedback -> tellings.tell(EventType.FEEDBACK_GIVEN, feedback.getRequest(), feedback);
    }
}
