// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.jobs.JobResult.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

class JobRunnerTest {

    private static final String STREAM = "data: {\"a\":1}\n\ndata: {\"b\":2}\n\ndata: [DONE]\n\n";

    private final Deque<Mono<Door.Reply>> replies = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private int asked;

    @Test
    void anAnswerIsTheResult() {
        replies.add(reply(200, JobResult.JSON, "{\"x\":1}"));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(text(result)).isEqualTo("{\"x\":1}");
        assertThat(result.deadLetter()).isNull();
        assertThat(told).containsExactly("run-1#0:");
    }

    @Test
    void aRefusalOfTheRequestIsAnAnswerAndIsNotTriedAgain() {
        replies.add(reply(400, JobResult.JSON, "{\"error\":{}}"));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.status()).isEqualTo(400);
        assertThat(result.deadLetter()).isNull();
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void aFailureIsTriedAgainAndTheLastOneGoesToTheDeadLetters() {
        replies.add(reply(500, JobResult.JSON, "{}"));
        replies.add(Mono.error(new IOException("secret address")));
        replies.add(reply(502, JobResult.JSON, "{}"));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(result.deadLetter()).isEqualTo("the replica answered with status 502");
        assertThat(text(result)).contains("\"code\":\"replica_lost\"").contains("failed 3 times");
        assertThat(told).containsExactly("run-1#0:", "run-2#0:", "run-3#0:");
    }

    @Test
    void aJobWhoseReplicaWasLostAsOftenAsItMayIsGivenUpWithoutAnotherRun() {
        assertThat(runner().givenUp(2)).isEmpty();

        JobResult result = runner().givenUp(3).orElseThrow();

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result.attempts()).isEqualTo(3);
        assertThat(result.deadLetter()).contains("its replica was lost");
        assertThat(text(result)).contains("\"code\":\"replica_lost\"").contains("failed 3 times");
    }

    @Test
    void aFullQueueIsWaitedForAndIsNoAttempt() {
        for (int i = 0; i < 5; i++) {
            replies.add(Mono.just(new Door.Reply(429, JobResult.JSON, Duration.ZERO, Flux.empty())));
        }
        replies.add(reply(200, JobResult.JSON, "{}"));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.attempts()).isEqualTo(1);
    }

    @Test
    void aModelThatNeverComesIsNamedByTheReplicasOwnError() {
        Flux<byte[]> body = Flux.just("{\"error\":\"model_not_found\"}".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 1_000; i++) {
            replies.add(Mono.just(new Door.Reply(404, JobResult.JSON, Duration.ofMillis(20), body)));
        }

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.status()).isEqualTo(404);
        assertThat(text(result)).contains("model_not_found");
    }

    @Test
    void aStreamIsToldInWholeEventsAndIsWholeInTheResult() {
        replies.add(Mono.just(new Door.Reply(
                200,
                "text/event-stream;charset=UTF-8",
                null,
                Flux.just(bytes(STREAM.substring(0, 20)), bytes(STREAM.substring(20))))));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(text(result)).isEqualTo(STREAM);
        assertThat(result.contentType()).isEqualTo(JobResult.EVENTS);
        assertThat(String.join(
                        "",
                        told.stream()
                                .map(one -> one.substring(one.indexOf(':') + 1))
                                .toList()))
                .isEqualTo(STREAM);
        assertThat(told.getLast()).startsWith("run-1#");
    }

    @Test
    void aStreamThatBreaksOffIsBegunAnew() {
        replies.add(reply(200, JobResult.EVENTS, "data: {\"a\":1}\n\n"));
        replies.add(reply(200, JobResult.EVENTS, STREAM));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(text(result)).isEqualTo(STREAM);
        assertThat(result.attempts()).isEqualTo(2);
    }

    @Test
    void anAnswerThatNoRecordHoldsFailsAtOnce() {
        replies.add(reply(200, JobResult.JSON, "x".repeat(2_000)));

        JobResult result = run(Duration.ofMinutes(1));

        assertThat(result.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(text(result)).contains("rivulet.jobs.max-answer");
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void whatIsNotAnsweredInItsTimeExpiresWhereverItIs() {
        replies.add(Mono.never());

        assertThat(run(Duration.ofSeconds(1)).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(run(Duration.ofMillis(-1)).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(asked).isEqualTo(1);
    }

    private JobResult run(Duration allowed) {
        Job job = new Job(
                "j",
                "k",
                "t",
                "low",
                "/v1/x",
                new byte[0],
                false,
                Clock.systemUTC().instant().plus(allowed));
        return java.util.Objects.requireNonNull(runner().run(job).block(Duration.ofSeconds(60)));
    }

    private JobRunner runner() {
        Door door = (asking, left) -> Mono.defer(() -> {
            asked++;
            return replies.pop();
        });
        int[] runs = {0};
        return new JobRunner(
                door,
                (one, run, sequence, events) ->
                        told.add(run + "#" + sequence + ":" + new String(events, StandardCharsets.UTF_8)),
                properties(),
                JsonMapper.builder().build(),
                Clock.systemUTC(),
                () -> "run-" + ++runs[0]);
    }

    private static JobsProperties properties() {
        return new Binder(new MapConfigurationPropertySource(Map.of(
                        "j.retry-wait", "1ms", "j.busy-wait", "200ms", "j.max-answer", "1KB", "j.progress", "1ms")))
                .bindOrCreate("j", Bindable.of(JobsProperties.class));
    }

    private static Mono<Door.Reply> reply(int status, String type, String body) {
        return Mono.just(new Door.Reply(status, type, null, Flux.just(bytes(body))));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(JobResult result) {
        return new String(result.body(), StandardCharsets.UTF_8);
    }
}
