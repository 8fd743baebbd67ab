// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CascadeProperties.class)
class CascadeConfiguration {

    @Bean
    CascadeStep cascadeStep(CascadeProperties settings, JsonMapper json, MeterRegistry meters) {
        Supplier<String> ids = () -> UUID.randomUUID().toString().replace("-", "");
        Models models = new Models(json);
        Classifier classifier = new Classifier(json);
        Judge judge = new Judge(json);
        Replies replies = new Replies(json, Clock.systemUTC(), ids);
        Ladder ladder = new Ladder(replies, meters);
        Partials partials = new Partials(settings.partials(), settings.partialKeep(), ids);
        return new CascadeStep(
                settings,
                json,
                classifier,
                new WholeCascade(models, judge, ladder),
                new StreamCascade(models, judge, ladder, replies, partials),
                new Ensemble(models, classifier, ladder, replies),
                partials);
    }
}
