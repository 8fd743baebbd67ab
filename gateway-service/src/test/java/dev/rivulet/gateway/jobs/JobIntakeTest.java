// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Screening;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Answers of a key whose every event is shown in capitals, and only when the next one has come. */
class JobIntakeTest {

    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final String ONE = "data: one\n\n";
    private static final String TWO = "data: two\n\n";
    private static final String THREE = "data: three\n\n";

    private final List<String> heard = new ArrayList<>();
    private final JobStore store = JobStoreTest.store(NOW, new Capitals());
    private final JobIntake intake = new JobIntake(store, new Capitals());
    private int offset;

    @Test
    void whatIsToldInPartsIsTheBeginningOfTheResult() {
        store.submitted(job("screened"));
        begins();
        part(1, ONE);
        part(2, TWO + THREE);
        again(2, TWO + THREE);
        assertThat(parts()).containsExactly("", "", "DATA: ONE\n\nDATA: TWO\n\n");

        assertThat(ends(ONE + TWO + THREE)).isTrue();
        assertThat(result()).isEqualTo("DATA: ONE\n\nDATA: TWO\n\nDATA: THREE\n\n");
    }

    @Test
    void whereAPartIsLostOnlyTheResultTellsTheRest() {
        store.submitted(job("screened"));
        begins();
        part(2, TWO + THREE);
        part(3, ONE + ONE);
        assertThat(parts()).containsExactly("", "", "");

        begins();
        part(1, ONE + TWO);
        assertThat(parts()).containsExactly("", "", "", "", "DATA: ONE\n\n");
    }

    @Test
    void whatComesBeforeItsJobIsNotToldAsItCame() {
        begins();
        part(1, ONE + TWO);
        store.submitted(job("screened"));
        part(2, THREE);
        assertThat(parts()).containsExactly("", "", "");
        assertThat(store.bytes()).isZero();

        assertThat(ends(ONE + TWO + THREE)).isTrue();
        part(3, ONE);
        assertThat(parts()).containsExactly("", "", "", "");
    }

    @Test
    void aResultThatComesBeforeItsJobIsScreenedForTheKeyThatItNames() {
        assertThat(ends(ONE)).isTrue();
        begins();
        part(1, ONE + TWO);
        store.submitted(job("screened"));

        assertThat(parts()).containsExactly("", "");
        assertThat(result()).isEqualTo("DATA: ONE\n\n");
    }

    @Test
    void whatIsFoundIsHeardOnceByTheGatewayThatTookTheJob() {
        store.taken(job("screened"));
        begins();
        part(1, ONE + TWO);
        assertThat(ends(ONE + TWO)).isTrue();
        assertThat(ends(ONE + TWO)).isFalse();

        assertThat(heard).containsExactly("j of m");
    }

    @Test
    void whatMayNotBeToldIsAFailureThatSaysWhy() {
        store.submitted(job("screened"));
        begins();
        part(1, "data: never\n\n");
        part(2, ONE + TWO);
        ends("data: never\n\n");

        assertThat(parts()).containsExactly("", "", "");
        assertThat(store.find("screened", "j").orElseThrow().status()).isEqualTo("failed");
        assertThat(result()).contains("content_policy_violation").doesNotContain("never");
    }

    @Test
    void aKeyWithoutScreeningIsToldEverythingAsItComesInWhateverOrder() {
        begins();
        part(1, ONE);
        store.submitted(job("free"));
        part(2, TWO);
        intake.ended("j", "free", streamed(ONE + TWO));

        assertThat(parts()).containsExactly("", ONE, TWO);
        assertThat(result()).isEqualTo(ONE + TWO);
    }

    private void begins() {
        part(0, "");
    }

    private void part(long sequence, String events) {
        offset++;
        again(sequence, events);
    }

    private void again(long sequence, String events) {
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        intake.part("j", new JobPart(offset, "run", sequence, "r-1", 0, bytes));
    }

    private boolean ends(String events) {
        return intake.ended("j", "screened", streamed(events));
    }

    private static Job.Result streamed(String events) {
        byte[] body = events.getBytes(StandardCharsets.UTF_8);
        return new Job.Result(Job.Outcome.COMPLETED, 200, "text/event-stream", body, "r-1", 1, NOW, NOW);
    }

    private List<String> parts() {
        return Objects.requireNonNull(Objects.requireNonNull(store.logOf("j"))
                .after(-1)
                .map(news -> news.parts().stream()
                        .map(part -> new String(part.events(), StandardCharsets.UTF_8))
                        .toList())
                .block(Duration.ofSeconds(60)));
    }

    private String result() {
        Job.Result result = Objects.requireNonNull(store.any("j").orElseThrow().result());
        return new String(result.body(), StandardCharsets.UTF_8);
    }

    private static Job job(String tenant) {
        return new Job(
                "j",
                tenant,
                "/v1/chat/completions",
                "m",
                "",
                "digest",
                new byte[0],
                NOW,
                NOW.plusSeconds(60),
                false,
                null,
                null);
    }

    private final class Capitals implements Screening {

        @Override
        public Mono<byte[]> screened(String caller, String id, String path, String model, byte[] body) {
            return Mono.just(body);
        }

        @Override
        public Optional<Screen> answers(String caller) {
            return caller.equals("screened") ? Optional.of(new InCapitals()) : Optional.empty();
        }
    }

    private final class InCapitals implements Screening.Screen {

        @Override
        public Dialect.Translation stream() {
            List<String> held = new ArrayList<>();
            return new Dialect.Translation() {
                @Override
                public List<String> event(String event) {
                    if (event.contains("never")) {
                        throw new ProblemException(Problem.of(ProblemCode.CONTENT_POLICY_VIOLATION, "Not to be told."));
                    }
                    List<String> told = end();
                    held.add(event.toUpperCase(Locale.ROOT));
                    return told;
                }

                @Override
                public List<String> end() {
                    List<String> told = List.copyOf(held);
                    held.clear();
                    return told;
                }
            };
        }

        @Override
        public byte[] whole(byte[] answer) {
            return answer;
        }

        @Override
        public Screening.Screen heard(String id, String model) {
            heard.add(id + " of " + model);
            return this;
        }
    }
}
