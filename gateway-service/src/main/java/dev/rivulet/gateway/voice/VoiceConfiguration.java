package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.exchange.Answering;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.WebsocketServerSpec;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StreamProperties.class, SpeechProperties.class})
class VoiceConfiguration {

    @Bean
    AudioStreamRoute audioStreamRoute(
            Answering answering, Budgets budgets, StreamProperties limits, JsonMapper json, MeterRegistry meters) {
        int largest = Math.toIntExact(limits.maxMessage().toBytes());
        ReactorNettyRequestUpgradeStrategy upgrade = new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(largest));
        AudioStreamRoute route = new AudioStreamRoute(
                new Recognising(answering, budgets, json, limits.answerTimeout()),
                limits,
                new HandshakeWebSocketService(upgrade),
                json,
                System::nanoTime);
        Gauge.builder("rivulet.gateway.audio.streams", route, AudioStreamRoute::open)
                .description("Streams of sound that are open")
                .register(meters);
        return route;
    }

    @Bean
    AudioForm audioForm(JsonMapper json) {
        return new AudioForm(json);
    }

    @Bean(destroyMethod = "dispose")
    Scheduler speechThreads(SpeechProperties limits) {
        return Schedulers.newBoundedElastic(limits.most(), limits.most(), "speech");
    }

    @Bean
    SpeechRoute speechRoute(SpeechProperties limits, Budgets budgets, JsonMapper json, Scheduler speechThreads) {
        return new SpeechRoute(limits, new EspeakSynthesiser(limits, speechThreads), budgets, json);
    }
}
