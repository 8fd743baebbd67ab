// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.inference.v1.FeedbackGiven;
import dev.rivulet.registry.rollouts.Samples;
import dev.rivulet.registry.rollouts.analysis.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletionWindowsTest {

    private static final Instant AT = Samples.AT;

    private final CompletionWindows windows = new CompletionWindows(Duration.ofSeconds(5), 720);

    @BeforeEach
    void follow() {
        windows.follow(List.of(Samples.started()));
    }

    @Test
    void theFirstVerdictOnARequestCountsHoweverManyGatewaysTookOne() {
        windows.take(verdict("a", 1));
        windows.take(verdict("a", 0));
        windows.take(verdict("b", 0.5));
        windows.take(verdict("a", 1));

        assertThat(scores().count()).isEqualTo(2);
        assertThat(scores().mean()).isEqualTo(0.75);
    }

    @Test
    void whoReadsAnewForALaterRolloutCountsAnew() {
        windows.take(verdict("a", 1));
        windows.follow(List.of());
        follow();
        windows.take(verdict("a", 1));

        assertThat(scores().count()).isEqualTo(1);
    }

    private Scores scores() {
        return windows.window(Samples.MODEL, Samples.BASELINE, AT.minusSeconds(60))
                .feedback();
    }

    private static FeedbackGiven verdict(String request, double score) {
        return FeedbackGiven.newBuilder()
                .setRequest(request)
                .setModel(Samples.MODEL.value())
                .setVersion(Samples.BASELINE.value())
                .setScore(score)
                .setGivenAt(Timestamp.newBuilder().setSeconds(AT.getEpochSecond()))
                .build();
    }
}
