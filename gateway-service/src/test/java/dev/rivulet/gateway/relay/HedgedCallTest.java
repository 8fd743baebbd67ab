// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.routing.Hedging.Result;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Two attempts whose every signal a test gives, in virtual time. */
class HedgedCallTest {

    private static final Duration DELAY = Duration.ofMillis(200);
    private static final String EVENT = "data: {\"choices\":[]}\n\n";

    private final VirtualTimeScheduler timers = VirtualTimeScheduler.create();
    private final Attempted first = new Attempted("first");
    private final Attempted second = new Attempted("second");
    private final List<Result> ended = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    /** One attempt. */
    private static final class Attempted {

        private final String name;
        private final TestPublisher<Answer> head = TestPublisher.create();
        private final TestPublisher<ByteBuf> body = TestPublisher.create();
        private final List<ByteBuf> sent = new ArrayList<>();
        private final AtomicInteger abandoned = new AtomicInteger();
        private boolean answered;

        Attempted(String name) {
            this.name = name;
        }

        void streams() {
            answers(200, "text/event-stream");
        }

        void answers(int status, String type) {
            answered = true;
            head.emit(new Answer(
                    name,
                    status,
                    new DefaultHttpHeaders().set("content-type", type),
                    body.flux(),
                    abandoned::incrementAndGet));
        }

        void says(String text) {
            ByteBuf bytes = StubReplica.utf8(text);
            sent.add(bytes);
            body.next(bytes);
        }

        boolean isAsked() {
            return head.wasSubscribed();
        }

        /** Whether its connection is closed, however far it came. */
        boolean isDropped() {
            return answered ? abandoned.get() > 0 : head.wasCancelled();
        }
    }

    @Test
    void noSecondReplicaIsAskedBeforeItsTime() {
        call();
        timers.advanceTimeBy(DELAY.minusMillis(1));

        assertThat(first.isAsked()).isTrue();
        assertThat(second.isAsked()).isFalse();
        timers.advanceTimeBy(Duration.ofMillis(1));
        assertThat(second.isAsked()).isTrue();
    }

    @Test
    void noSecondReplicaIsAskedWhereTheFirstHasBegun() {
        call();
        first.streams();
        first.says(EVENT);
        timers.advanceTimeBy(DELAY);

        assertThat(told()).isEqualTo("first");
        assertThat(second.isAsked()).isFalse();
        assertThat(ended).isEmpty();
    }

    @Test
    void theFirstOfTheTwoWhoseEventComesAnswersAndTheOtherIsDroppedAtOnce() {
        callTwice();
        first.streams();
        second.streams();
        first.says(": ping\n\n");
        assertThat(answers).as("a comment is no event").isEmpty();
        second.says(EVENT);

        assertThat(told()).isEqualTo("second");
        assertThat(first.isDropped()).isTrue();
        first.body.assertCancelled();
        assertThat(first.sent).allMatch(bytes -> bytes.refCnt() == 0);
        assertThat(second.isDropped()).isFalse();
        assertThat(ended).containsExactly(Result.WON);
    }

    @Test
    void aFirstReplicaThatHasNotSentItsHeadIsDroppedToo() {
        callTwice();
        second.streams();
        second.says(EVENT);

        assertThat(told()).isEqualTo("second");
        first.head.assertCancelled();
    }

    @Test
    void aFirstReplicaThatBeginsAfterAllAnswersAndTheSecondIsDropped() {
        callTwice();
        second.streams();
        second.says(": ping\n");
        second.says("\n");
        first.streams();
        first.says(EVENT);

        assertThat(told()).isEqualTo("first");
        assertThat(second.isDropped()).isTrue();
        assertThat(second.sent).allMatch(bytes -> bytes.refCnt() == 0);
        assertThat(ended).containsExactly(Result.LOST);
    }

    @Test
    void whereTheFirstFailsTheSecondAnswers() {
        callTwice();
        first.head.error(new IOException("first"));
        assertThat(failures).isEmpty();
        second.streams();
        second.says(EVENT);

        assertThat(told()).isEqualTo("second");
        assertThat(ended).containsExactly(Result.WON);
    }

    @Test
    void whereBothFailTheFailureOfTheFirstIsTold() {
        callTwice();
        first.head.error(new IOException("first"));
        second.head.error(new IOException("second"));

        assertThat(failures).singleElement().isInstanceOf(IOException.class);
        assertThat(failures.getFirst()).hasMessage("first");
        assertThat(ended).containsExactly(Result.FAILED);
    }

    @Test
    void aSecondThatFailsLeavesTheFirstToAnswer() {
        callTwice();
        second.answers(503, "application/json");
        assertThat(answers).isEmpty();
        first.streams();
        first.says(EVENT);

        assertThat(told()).isEqualTo("first");
        assertThat(second.isDropped()).isTrue();
        assertThat(ended).containsExactly(Result.FAILED);
    }

    @Test
    void aReplicaThatIsBusyOrBrokenWaitsForTheOtherOneAndAFaultOfTheRequestDoesNot() {
        callTwice();
        first.answers(503, "application/json");
        assertThat(answers).isEmpty();
        second.head.complete();
        assertThat(told()).isEqualTo("first");
        assertThat(answers.getFirst().status()).isEqualTo(503);
    }

    @Test
    void aFaultOfTheRequestIsToldAtOnce() {
        callTwice();
        first.answers(400, "application/json");

        assertThat(told()).isEqualTo("first");
        assertThat(second.isDropped()).isTrue();
    }

    @Test
    void aStreamThatBeginsWithAnErrorOrBreaksOffBeforeItsFirstEventLosesAndIsToldWhereTheOtherFailsToo() {
        callTwice();
        first.streams();
        first.says(": ping\n\ndata: {\"error\":{\"code\":\"x\"}}\n\n");
        assertThat(answers).isEmpty();
        second.streams();
        second.body.error(new IOException("cut"));

        assertThat(told()).isEqualTo("first");
        StepVerifier.create(text(answers.getFirst()))
                .expectNext(": ping\n\ndata: {\"error\":{\"code\":\"x\"}}\n\n")
                .then(first.body::complete)
                .verifyComplete();
    }

    @Test
    void whereNobodyElseTakesItTheFirstIsWaitedFor() {
        callTwice();
        second.head.complete();
        first.streams();
        first.says(EVENT);

        assertThat(told()).isEqualTo("first");
    }

    @Test
    void aCallerWhoLeavesLeavesBoth() {
        Disposable call = callTwice();
        first.streams();
        first.says(": ping\n\n");
        call.dispose();

        first.body.assertCancelled();
        assertThat(first.sent).allMatch(bytes -> bytes.refCnt() == 0);
        second.head.assertCancelled();
        assertThat(ended).containsExactly(Result.CANCELLED);
    }

    @Test
    void aCallerWhoLeavesBeforeTheTimeLeavesNoTimer() {
        call().dispose();
        timers.advanceTimeBy(DELAY);

        first.head.assertCancelled();
        assertThat(second.isAsked()).isFalse();
        assertThat(ended).isEmpty();
    }

    @Test
    void theBodyComesWholeAndAtItsReadersPace() {
        callTwice();
        second.streams();
        second.says(": ping\n\n");
        second.says(EVENT);

        StepVerifier.create(text(answers.getFirst()), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNext(": ping\n\n")
                .thenRequest(1)
                .expectNext(EVENT)
                .then(() -> second.body.assertMaxRequested(2))
                .then(() -> second.says("data: 3\n\n"))
                .then(() -> second.says("data: 4\n\n"))
                .thenRequest(2)
                .expectNext("data: 3\n\n", "data: 4\n\n")
                .then(second.body::complete)
                .verifyComplete();
        second.body.assertNoRequestOverflow();
    }

    @Test
    void aReaderWhoGoesWithinTheBodyClosesTheConnectionAndNothingIsLost() {
        callTwice();
        second.streams();
        second.says(": ping\n\n");
        second.says(EVENT);

        StepVerifier.create(text(answers.getFirst()), 1)
                .expectNext(": ping\n\n")
                .thenCancel()
                .verify();
        second.body.assertCancelled();
        assertThat(second.sent).allMatch(bytes -> bytes.refCnt() == 0);
    }

    @Test
    void anAnswerThatNobodyReadsIsAbandonedWithWhatWasKeptOfIt() {
        callTwice();
        second.streams();
        second.says(EVENT);
        answers.getFirst().abandon().run();

        second.body.assertCancelled();
        assertThat(second.abandoned).hasValue(1);
        assertThat(second.sent).allMatch(bytes -> bytes.refCnt() == 0);
    }

    private Disposable callTwice() {
        Disposable call = call();
        timers.advanceTimeBy(DELAY);
        return call;
    }

    private Disposable call() {
        return HedgedCall.of(first.head.mono(), second.head.mono(), Optional.of(DELAY), ended::add, timers)
                .subscribe(answers::add, failures::add);
    }

    private String told() {
        assertThat(failures).isEmpty();
        assertThat(answers).as("told once").hasSize(1);
        return answers.getFirst().replica();
    }

    private static Flux<String> text(Answer answer) {
        return answer.body().map(bytes -> {
            String text = bytes.toString(StandardCharsets.UTF_8);
            bytes.release();
            return text;
        });
    }
}
