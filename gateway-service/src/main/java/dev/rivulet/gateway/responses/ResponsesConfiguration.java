package dev.rivulet.gateway.responses;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ResponsesProperties.class)
class ResponsesConfiguration {

    @Bean
    ResponseStore responseStore(ResponsesProperties limits, MeterRegistry meters) {
        MemoryResponses store = new MemoryResponses(limits, Clock.systemUTC());
        Gauge.builder("rivulet.gateway.responses.kept", store, MemoryResponses::bytes)
                .description("Bytes of responses that this gateway keeps")
                .baseUnit("bytes")
                .register(meters);
        return store;
    }

    @Bean
    ResponsesDialect responsesDialect(JsonMapper json, ResponseStore store) {
        return new ResponsesDialect(json, store, Clock.systemUTC(), false);
    }

    @Bean
    ResponsesRoute responsesRoute(JsonMapper json, ResponseStore store) {
        return new ResponsesRoute(json, store);
    }
}
