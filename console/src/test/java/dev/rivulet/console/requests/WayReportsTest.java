// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.StageTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.messaging.support.MessageBuilder;

class WayReportsTest {

    private static final Instant END = Instant.ofEpochSecond(1_000);
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final WayBoard board = new WayBoard(2, 4);
    private final WayReports reports = new WayReports(board);

    private static <T extends Message> org.springframework.messaging.Message<?> message(
            EventType<T> type, String subject, T data) {
        var event = new Event<>("e-" + subject, "/test", type, subject, END, TRACEPARENT, data);
        return MessageBuilder.withPayload(data.toByteArray())
                .copyHeaders(event.headers())
                .build();
    }

    private static org.springframework.messaging.Message<?> completion(String request) {
        return message(
                EventType.COMPLETION_RECORDED,
                request,
                CompletionRecorded.newBuilder()
                        .setRequest(request)
                        .setReplica("r1")
                        .setModel("m")
                        .setVersion("v")
                        .setPromptTokens(20)
                        .setCompletionTokens(9)
                        .setFinishReason("stop")
                        .addStages(stage("queue", 1))
                        .addStages(stage("prefill", 2))
                        .addStages(stage("decode", 4))
                        .setFinishedAt(Timestamp.newBuilder().setSeconds(END.getEpochSecond()))
                        .build());
    }

    private static StageTime stage(String name, long seconds) {
        return StageTime.newBuilder()
                .setStage(name)
                .setDuration(Duration.newBuilder().setSeconds(seconds))
                .build();
    }

    private static org.springframework.messaging.Message<?> feedback(String request) {
        return message(
                EventType.FEEDBACK_GIVEN,
                request,
                FeedbackGiven.newBuilder()
                        .setRequest(request)
                        .setScore(1)
                        .setGivenAt(Timestamp.newBuilder().setSeconds(END.getEpochSecond() + 5))
                        .build());
    }

    @Test
    void laysStagesEndToEndUpToTheEnd() {
        reports.completed(completion("a"));

        Way way = board.get("a").orElseThrow();
        assertThat(way.outcome()).isEqualTo("stop");
        assertThat(way.trace()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(way.steps())
                .containsExactly(
                        new Way.Step("inference-service", "queue", END.minusSeconds(7), 1, "at r1"),
                        new Way.Step("inference-service", "prefill", END.minusSeconds(6), 2, "20 tokens"),
                        new Way.Step("inference-service", "decode", END.minusSeconds(4), 4, "9 tokens"));
    }

    @Test
    void addsWhatTheCallerThoughtOnceHoweverOftenItIsTold() {
        reports.completed(completion("a"));
        reports.judged(feedback("a"));
        reports.judged(feedback("a"));
        reports.judged(feedback("unknown"));

        assertThat(board.get("a").orElseThrow().steps())
                .hasSize(4)
                .last()
                .isEqualTo(new Way.Step("gateway-service", "feedback", END.plusSeconds(5), 0, "score 1.00"));
        assertThat(board.get("unknown")).isEmpty();
    }

    @Test
    void forgetsTheOldestAndListsTheNewestFirst() {
        List.of("a", "b", "c").forEach(request -> reports.completed(completion(request)));

        assertThat(board.get("a")).isEmpty();
        assertThat(board.newest(5)).extracting(Way::request).containsExactly("c", "b");
        assertThat(board.newest(5)).allSatisfy(way -> assertThat(way.steps()).isEmpty());
    }

    @Test
    void passesOverWhatIsNoEvent() {
        reports.completed(MessageBuilder.withPayload(new byte[] {1, 2, 3}).build());
        reports.completed(MessageBuilder.withPayload("text").build());

        assertThat(board.newest(5)).isEmpty();
    }
}
