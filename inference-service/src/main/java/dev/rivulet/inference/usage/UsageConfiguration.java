// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.usage;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.StageTime;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

@Configuration(proxyBeanMethods = false)
class UsageConfiguration {

    private static final Logger LOG = LoggerFactory.getLogger(UsageConfiguration.class);
    private static final String BINDING = "completionRecorded-out-0";

    @Bean(initMethod = "start", destroyMethod = "close")
    CompletionLog completionLog(
            UsageProperties properties,
            StreamBridge bridge,
            MeterRegistry meters,
            Clock clock,
            @Value("${rivulet.replica.id}") String replica) {
        AtomicBoolean telling = new AtomicBoolean(true);
        Predicate<CompletionFacts> publisher = facts -> {
            boolean sent = send(bridge, message(facts, replica, clock.instant()));
            if (telling.getAndSet(sent) != sent) {
                LOG.info("Finished requests are {} the broker", sent ? "told to" : "not taken by");
            }
            return sent;
        };
        return new CompletionLog(properties.backlog(), publisher, meters);
    }

    private static boolean send(StreamBridge bridge, Message<byte[]> message) {
        try {
            return bridge.send(BINDING, message);
        } catch (RuntimeException e) {
            LOG.debug("A finished request was not told", e);
            return false;
        }
    }

    private static Message<byte[]> message(CompletionFacts facts, String replica, Instant now) {
        Event<CompletionRecorded> event = new Event<>(
                UUID.randomUUID().toString(),
                "/inference-service/" + replica,
                EventType.COMPLETION_RECORDED,
                facts.request(),
                now,
                facts.traceparent(),
                payload(facts, replica, now));
        MessageBuilder<byte[]> message = MessageBuilder.withPayload(event.value());
        event.headers().forEach(message::setHeader);
        return message.setHeader(KafkaHeaders.KEY, event.key()).build();
    }

    private static CompletionRecorded payload(CompletionFacts facts, String replica, Instant now) {
        CompletionRecorded.Builder payload = CompletionRecorded.newBuilder()
                .setRequest(facts.request())
                .setReplica(replica)
                .setModel(facts.model())
                .setVersion(facts.version())
                .setPromptTokens(facts.promptTokens())
                .setCompletionTokens(facts.completionTokens())
                .setFinishReason(facts.finishReason())
                .setFinishedAt(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
        facts.stages()
                .forEach((stage, duration) ->
                        payload.addStages(StageTime.newBuilder().setStage(stage).setDuration(duration(duration))));
        return payload.build();
    }

    private static com.google.protobuf.Duration duration(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
