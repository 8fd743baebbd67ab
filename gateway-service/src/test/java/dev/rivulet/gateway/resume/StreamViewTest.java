// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.jobs.Job;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.JobPart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamViewTest {

    private static final String ONE = "data: {\"n\":1}\n\n";
    private static final String TWO = "data: {\"n\":2}\n\n";
    private static final String THREE = "data: {\"n\":3}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final Job JOB =
            new Job("j", "t", "/v1/x", "m", "", "d", new byte[0], Instant.EPOCH, Instant.EPOCH, false, null, null);

    private final List<JobEvent> log = new ArrayList<>();

    @Test
    void everyPlaceToComeBackToGivesTheRestAndNothingTwice() {
        part("a", 0, "");
        part("a", 1, ONE + TWO);
        part("a", 2, ": ping\n\n" + THREE + DONE);
        ended(ONE + TWO + THREE + DONE);
        List<String> whole = read(null);

        assertThat(whole).hasSize(4);
        assertThat(whole.getLast()).isEqualTo(DONE);
        for (int i = 0; i < 3; i++) {
            String id = whole.get(i).substring(4, whole.get(i).indexOf('\n'));
            assertThat(read(id)).isEqualTo(whole.subList(i + 1, 4));
        }
    }

    @Test
    void aPartThatWasLostComesWithTheResult() {
        part("a", 0, "");
        part("a", 1, ONE);
        part("a", 3, THREE);
        ended(ONE + TWO + THREE + DONE);

        assertThat(read(null)).hasSize(4);
        assertThat(String.join("", read(null)).replaceAll("id: .*\n", "")).isEqualTo(ONE + TWO + THREE + DONE);
    }

    @Test
    void whatIsKeptInTheResultAloneIsReadFromIt() {
        part("a", 0, "");
        part("a", 1, ONE + TWO);
        ended(ONE + TWO + THREE + DONE);
        List<String> whole = read(null);
        String second = whole.get(1).substring(4, whole.get(1).indexOf('\n'));
        log.subList(0, 2).clear();

        assertThat(read(null)).isEqualTo(whole);
        assertThat(read(second)).isEqualTo(whole.subList(2, 4));
    }

    @Test
    void anotherRunIsAnErrorForWhoHasReadTheFirstAndNoneForWhoHasNot() {
        part("a", 0, "");
        part("a", 1, ONE);
        part("b", 0, "");
        part("b", 1, TWO + DONE);
        ended(TWO + DONE);

        assertThat(read(null).getLast()).contains("replica_lost");
        assertThat(read(null)).hasSize(2);
        log.subList(0, 2).clear();
        assertThat(read(null)).hasSize(2).last().isEqualTo(DONE);
    }

    @Test
    void aStreamThatFailedEndsWithItsError() {
        log.add(new JobEvent.End(job(new Job.Result(
                Job.Outcome.FAILED,
                400,
                "application/json",
                "{\"error\":{\"code\":\"x\"}}".getBytes(StandardCharsets.UTF_8),
                "r",
                1,
                Instant.EPOCH,
                Instant.EPOCH))));

        assertThat(read(null)).containsExactly("data: {\"error\":{\"code\":\"x\"}}\n\n");
    }

    private List<String> read(@Nullable String last) {
        StreamView view = new StreamView(last == null ? null : StreamView.Place.of(last));
        List<String> told = new ArrayList<>();
        log.forEach(event -> told.addAll(view.accept(event)));
        assertThat(view.isOver()).isTrue();
        return told;
    }

    private void part(String run, long sequence, String events) {
        log.add(new JobEvent.Part(
                JOB, new JobPart(log.size(), run, sequence, "r", 0, events.getBytes(StandardCharsets.UTF_8))));
    }

    private void ended(String body) {
        log.add(new JobEvent.End(job(new Job.Result(
                Job.Outcome.COMPLETED,
                200,
                "text/event-stream",
                body.getBytes(StandardCharsets.UTF_8),
                "r",
                1,
                Instant.EPOCH,
                Instant.EPOCH))));
    }

    private static Job job(Job.Result result) {
        return new Job("j", "t", "/v1/x", "m", "", "d", new byte[0], Instant.EPOCH, Instant.EPOCH, false, null, result);
    }
}
