package dev.rivulet.gateway.feedback;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FeedbackProperties.class)
@ConditionalOnProperty(name = "rivulet.feedback.enabled", matchIfMissing = true)
class FeedbackConfiguration {

    @Bean
    AnsweredRequests answeredRequests(FeedbackProperties limits) {
        return new AnsweredRequests(limits);
    }

    @Bean
    FeedbackStep feedbackStep(AnsweredRequests answers) {
        return new FeedbackStep(answers);
    }

    @Bean
    FeedbackRoute feedbackRoute(AnsweredRequests answers, FeedbackLog told, JsonMapper json, MeterRegistry meters) {
        return new FeedbackRoute(answers, told, json, Clock.systemUTC(), meters);
    }
}
