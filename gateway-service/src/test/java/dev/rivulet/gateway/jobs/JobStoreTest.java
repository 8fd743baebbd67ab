// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Screening;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class JobStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    private final JobStore store = store(NOW);

    @Test
    void whatIsReadInAnotherOrderOrTwiceIsTheSameInTheEnd() {
        JobPart begun = new JobPart(7, "run", 0, "r-1", 0, new byte[0]);
        assertThat(store.ended("j", result("first"))).isTrue();
        store.part("j", begun);
        assertThat(store.find("t", "j")).isEmpty();
        assertThat(store.submitted(job("j", NOW))).isTrue();
        assertThat(store.submitted(job("j", NOW))).isFalse();
        assertThat(store.ended("j", result("second"))).isFalse();

        Job job = store.find("t", "j").orElseThrow();
        assertThat(job.status()).isEqualTo("completed");
        assertThat(new String(Objects.requireNonNull(job.result()).body(), StandardCharsets.UTF_8))
                .isEqualTo("first");
    }

    @Test
    void anAnswerToAJobThatWasSentBackHoldsOverItsFailureAndNothingHoldsOverAnAnswer() {
        store.submitted(job("j", NOW));
        assertThat(store.ended("j", failure())).isTrue();
        assertThat(store.wants("j", failure())).isFalse();
        assertThat(store.wants("j", result("answer"))).isTrue();
        assertThat(store.ended("j", result("answer"))).isFalse();
        store.ended("j", failure());
        store.ended("j", result("other"));

        Job.Result held =
                Objects.requireNonNull(store.find("t", "j").orElseThrow().result());
        assertThat(new String(held.body(), StandardCharsets.UTF_8)).isEqualTo("answer");
        assertThat(store.bytes()).isEqualTo(6);
        store.submitted(job("cancelled", NOW));
        store.forgotten("cancelled", NOW);
        assertThat(store.wants("cancelled", result("late"))).isFalse();
    }

    @Test
    void aJobGoesFromQueuedOverRunningAndCancellingToItsEnd() {
        store.submitted(job("j", NOW));
        assertThat(status("j")).isEqualTo("queued");
        store.part("j", new JobPart(7, "run", 0, "r-1", 0, new byte[0]));
        assertThat(status("j")).isEqualTo("running");
        store.cancelled("j");
        assertThat(status("j")).isEqualTo("cancelling");
        store.ended("j", result(""));
        assertThat(status("j")).isEqualTo("completed");
    }

    @Test
    void nobodySeesAJobOfAnotherKey() {
        store.submitted(job("j", NOW));

        assertThat(store.find("other", "j")).isEmpty();
        assertThat(store.of("other")).isEmpty();
        assertThat(store.of("t")).hasSize(1);
    }

    @Test
    void theOldestThatEndedGoFirstWhenThereAreTooManyAndWhatRunsStays() {
        store.submitted(job("runs", NOW));
        for (int i = 0; i < 20; i++) {
            store.submitted(job("j" + i, NOW));
            store.ended("j" + i, result("x"));
        }

        assertThat(store.size()).isEqualTo(10);
        assertThat(store.find("t", "runs")).isPresent();
        assertThat(store.find("t", "j0")).isEmpty();
        assertThat(store.find("t", "j19")).isPresent();
    }

    @Test
    void answersTakeNoMoreMemoryThanTheyMay() {
        for (int i = 0; i < 9; i++) {
            store.submitted(job("j" + i, NOW));
            store.part("j" + i, new JobPart(i, "run", 1, "r-1", 0, new byte[100_000]));
            store.ended("j" + i, result("y".repeat(300_000)));
            assertThat(store.bytes()).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(store.find("t", "j8")).isPresent();
    }

    @Test
    void whatIsKeptNoLongerIsGone() {
        store.submitted(job("old", NOW.minus(Duration.ofHours(2))));

        assertThat(store.find("t", "old")).isEmpty();
        assertThat(store.ended("old", result(""))).isTrue();
        store.sweep();
    }

    @Test
    void whatIsForgottenStaysSoInWhateverOrderItIsRead() {
        store.forgotten("early", NOW);
        store.submitted(job("early", NOW));
        store.submitted(job("late", NOW));
        store.part("late", new JobPart(1, "run", 1, "r-1", 0, new byte[100]));
        store.forgotten("late", NOW);
        store.ended("late", result("answer"));

        assertThat(store.find("t", "early")).isEmpty();
        assertThat(store.find("t", "late")).isEmpty();
        assertThat(store.of("t")).isEmpty();
        assertThat(store.bytes()).isZero();
    }

    @Test
    void aNoteIsKeptWithItsJobWhereThereIsRoom() {
        store.submitted(noted("small", 1_000));
        store.submitted(noted("large", 1 << 20));

        assertThat(store.find("t", "small").orElseThrow().note()).hasSize(1_000);
        assertThat(store.find("t", "large").orElseThrow().note()).isEmpty();
        assertThat(store.bytes()).isEqualTo(1_000);
        store.withdrawn("small");
        assertThat(store.bytes()).isZero();
    }

    private static Job noted(String id, int size) {
        return new Job(
                id, "t", "/v1/x", "m", "", "digest", new byte[size], NOW, NOW.plusSeconds(60), false, null, null);
    }

    private static JobStore store(Instant now) {
        return store(now, Screening.NONE);
    }

    static JobStore store(Instant now, Screening screening) {
        return new JobStore(
                new JobsProperties(
                        true,
                        DataSize.ofKilobytes(900),
                        Duration.ofSeconds(1),
                        5,
                        5,
                        10,
                        DataSize.ofMegabytes(1),
                        Duration.ofHours(1),
                        Duration.ofHours(1),
                        Duration.ofSeconds(1),
                        8),
                screening,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private String status(String id) {
        return store.find("t", id).orElseThrow().status();
    }

    private static Job job(String id, Instant at) {
        return new Job(id, "t", "/v1/x", "m", "", "digest", new byte[0], at, at.plusSeconds(60), false, null, null);
    }

    private static Job.Result failure() {
        return new Job.Result(Job.Outcome.FAILED, 502, "application/json", new byte[0], "r-1", 3, NOW, NOW);
    }

    private static Job.Result result(String body) {
        return new Job.Result(
                Job.Outcome.COMPLETED,
                200,
                "application/json",
                body.getBytes(StandardCharsets.UTF_8),
                "r-1",
                1,
                NOW,
                NOW);
    }
}
