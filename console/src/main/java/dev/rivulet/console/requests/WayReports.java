// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.events.inference.v1.StageTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;

/** Reads facts about requests onto the board. One that can't be read is told and passed over. */
final class WayReports {

    private static final Logger log = LoggerFactory.getLogger(WayReports.class);
    private static final String REPLICA = "inference-service";
    private static final String GATEWAY = "gateway-service";

    private final WayBoard board;

    WayReports(WayBoard board) {
        this.board = board;
    }

    /** {@code inference.completion.recorded}. */
    void completed(Message<?> message) {
        if (!(message.getPayload() instanceof byte[] value)) {
            return;
        }
        try {
            var event = Event.read(EventType.COMPLETION_RECORDED, message.getHeaders(), value);
            board.put(way(event.data(), trace(event.traceparent())));
        } catch (MalformedEventException e) {
            log.warn("A recorded completion was passed over: {}", e.getMessage());
        }
    }

    /** {@code inference.feedback.given}. */
    void judged(Message<?> message) {
        if (!(message.getPayload() instanceof byte[] value)) {
            return;
        }
        try {
            FeedbackGiven given = Event.read(EventType.FEEDBACK_GIVEN, message.getHeaders(), value)
                    .data();
            String score = given.hasScore() ? String.format(Locale.ROOT, "score %.2f", given.getScore()) : "no score";
            board.add(given.getRequest(), new Way.Step(GATEWAY, "feedback", instant(given.getGivenAt()), 0, score));
        } catch (MalformedEventException e) {
            log.warn("Feedback was passed over: {}", e.getMessage());
        }
    }

    /** The replica tells how long stages took and when the last one ended; they follow one another. */
    private static Way way(CompletionRecorded done, String trace) {
        Instant at = instant(done.getFinishedAt());
        long nanos = done.getStagesList().stream()
                .mapToLong(stage -> nanos(stage.getDuration()))
                .sum();
        Instant began = at.minusNanos(nanos);
        List<Way.Step> steps = new ArrayList<>();
        for (StageTime stage : done.getStagesList()) {
            long took = nanos(stage.getDuration());
            steps.add(new Way.Step(REPLICA, stage.getStage(), began, took / 1e9, detail(stage.getStage(), done)));
            began = began.plusNanos(took);
        }
        return new Way(done.getRequest(), done.getModel(), done.getVersion(), done.getFinishReason(), at, trace, steps);
    }

    private static String detail(String stage, CompletionRecorded done) {
        return switch (stage) {
            case "queue" -> "at " + done.getReplica();
            case "prefill" -> done.getPromptTokens() + " tokens";
            case "decode" -> done.getCompletionTokens() + " tokens";
            default -> "";
        };
    }

    /** The second part of {@code 00-trace-span-flags} (W3C Trace Context). */
    private static String trace(@Nullable String traceparent) {
        String[] parts = traceparent == null ? new String[0] : traceparent.split("-", -1);
        return parts.length >= 4 ? parts[1] : "";
    }

    private static long nanos(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000_000L), duration.getNanos());
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
