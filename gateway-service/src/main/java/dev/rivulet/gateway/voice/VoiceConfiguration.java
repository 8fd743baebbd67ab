// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Envelope;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.WebsocketServerSpec;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    StreamProperties.class,
    SpeechProperties.class,
    RecordingProperties.class,
    ConversationProperties.class
})
class VoiceConfiguration {

    private static final int DEPTH = 20;

    @Bean
    AudioStreamRoute audioStreamRoute(
            Answering answering, Budgets budgets, StreamProperties limits, JsonMapper json, MeterRegistry meters) {
        TalkSockets sockets = new TalkSockets(
                sockets(limits.maxMessage()),
                new Places(limits.most(), limits.mostPerKey()),
                limits.idle(),
                limits.duration());
        Recognising recognising = new Recognising(answering, budgets, json, limits.answerTimeout());
        AudioStreamRoute route = new AudioStreamRoute(recognising, limits, sockets, json, System::nanoTime);
        Gauge.builder("rivulet.gateway.audio.streams", route, AudioStreamRoute::open)
                .description("Streams of sound that are open")
                .register(meters);
        return route;
    }

    @Bean
    ConversationRoute conversationRoute(
            Answering answering,
            Budgets budgets,
            ConversationProperties limits,
            JsonMapper json,
            MeterRegistry meters) {
        TalkSockets sockets = new TalkSockets(
                sockets(limits.maxMessage()),
                new Places(limits.most(), limits.mostPerKey()),
                limits.idle(),
                limits.duration());
        Gauge.builder("rivulet.gateway.chat.streams", sockets, TalkSockets::open)
                .description("Chats over WebSockets that are open")
                .register(meters);
        Envelope.Reader envelopes =
                new Envelope.Reader(DEPTH, 2 * limits.maxMessage().toBytes());
        Conversing.Desk desk = new Conversing.Desk(answering, envelopes, budgets, json, System::nanoTime);
        return new ConversationRoute(desk, limits, sockets);
    }

    private static WebSocketService sockets(DataSize largestMessage) {
        int largest = Math.toIntExact(largestMessage.toBytes());
        return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
                () -> WebsocketServerSpec.builder().maxFramePayloadLength(largest)));
    }

    @Bean
    AudioForm audioForm(JsonMapper json) {
        return new AudioForm(json);
    }

    @Bean
    RecordingForm recordingForm(JsonMapper json, RecordingProperties limits) {
        return new RecordingForm(json, limits);
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
