// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
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
        return new AnsweredRequests(limits, Clock.systemUTC());
    }

    @Bean
    FeedbackStep feedbackStep(AnsweredRequests answers, ObjectProvider<AnswerBoard> board) {
        return new FeedbackStep(answers, board.getIfAvailable(() -> AnswerBoard.NONE));
    }

    @Bean
    SiteShelf siteShelf(FeedbackProperties limits, JsonMapper json) {
        return new SiteShelf(limits.site(), json, Clock.systemUTC());
    }

    @Bean
    FeedbackRoute feedbackRoute(
            AnsweredRequests answers,
            ObjectProvider<AnswerBoard> board,
            FeedbackLog told,
            SiteShelf shelf,
            JsonMapper json,
            MeterRegistry meters) {
        boolean shared = board.getIfAvailable(() -> AnswerBoard.NONE).shared();
        return new FeedbackRoute(new Verdicts(answers, told, shared, meters), shelf, json, Clock.systemUTC(), meters);
    }

    @Bean
    ShelfRoute shelfRoute(SiteShelf shelf, JsonMapper json) {
        return new ShelfRoute(shelf, json);
    }
}
