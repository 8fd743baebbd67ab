// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class StepTest {

    private final List<String> visited = new ArrayList<>();

    private record Named(String name, int getOrder, List<String> visited, boolean answersItself) implements Step {

        @Override
        public Mono<Answer> answer(Ask ask, Answering next) {
            visited.add(name);
            return answersItself ? Mono.just(answerOf(name)) : next.answer(ask);
        }
    }

    @Test
    void stepsAreTakenInTheirOrderAndTheLastAsksTheReplica() {
        Answering all = Step.chain(
                List.of(step("cascade", Step.Order.CASCADE, false), step("resume", Step.Order.RESUME, false)),
                ask -> Mono.just(answerOf("replica")));

        assertThat(answeredBy(all)).isEqualTo("replica");
        assertThat(visited).containsExactly("resume", "cascade");
    }

    @Test
    void aStepThatAnswersItselfAsksNobody() {
        Answering all = Step.chain(
                List.of(step("cascade", Step.Order.CASCADE, false), step("cache", Step.Order.CACHE, true)),
                ask -> Mono.error(new AssertionError("nobody is to be asked")));

        assertThat(answeredBy(all)).isEqualTo("cache");
        assertThat(visited).containsExactly("cache");
    }

    private Step step(String name, int order, boolean answersItself) {
        return new Named(name, order, visited, answersItself);
    }

    private static String answeredBy(Answering answering) {
        return Objects.requireNonNull(answering.answer(ask()).block()).replica();
    }

    private static Ask ask() {
        return new Ask(
                Endpoint.CHAT.path(),
                new Envelope("m", false, 1),
                new byte[0],
                Map.of(),
                new Passage("id", System::nanoTime));
    }

    private static Answer answerOf(String replica) {
        return new Answer(replica, 200, new DefaultHttpHeaders(), Flux.empty(), () -> {});
    }
}
