// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

class AdmissionGateTest {

    private final AtomicLong nanos = new AtomicLong();
    private final VirtualTimeScheduler timers = VirtualTimeScheduler.create();
    private AdmissionSettings settings = Admissions.fixed(2, 1, Duration.ofSeconds(5));
    private final AdmissionGate gate = new AdmissionGate(() -> settings, nanos::get, timers);

    private final List<Permit> granted = new ArrayList<>();
    private final List<Problem> refused = new ArrayList<>();

    @Test
    void thoseWithinTheLimitComeInThenOneWaitsThenTheRestAreRefused() {
        enterTimes(4);
        assertThat(granted).hasSize(2);
        assertThat(gate.running()).isEqualTo(2);
        assertThat(gate.waiting()).isEqualTo(1);
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.QUEUE_FULL);
        assertThat(refused.getFirst().retryAfterSeconds()).hasValue(1L);
    }

    @Test
    void whoWaitsComesInWhenAnotherLeavesInOrderOfArrival() {
        settings = Admissions.fixed(1, 2, Duration.ofSeconds(5));
        List<String> order = new ArrayList<>();
        enterTimes(1);
        gate.enter(Admissions.of("k")).subscribe(permit -> order.add("first"));
        gate.enter(Admissions.of("k")).subscribe(permit -> order.add("second"));
        granted.getFirst().close();
        assertThat(order).containsExactly("first");
        assertThat(gate.running()).isEqualTo(1);
    }

    @Test
    void whoWaitsTooLongIsRefusedAndLeavesTheQueue() {
        enterTimes(3);
        timers.advanceTimeBy(Duration.ofSeconds(5));
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.QUEUE_TIMEOUT);
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void whoGivesUpWaitingLeavesTheQueue() {
        enterTimes(2);
        Disposable waiter = gate.enter(Admissions.of("k")).subscribe();
        assertThat(gate.waiting()).isEqualTo(1);
        waiter.dispose();
        assertThat(gate.waiting()).isZero();
        granted.getFirst().close();
        assertThat(gate.running()).isEqualTo(1);
    }

    @Test
    void aPermitCountsOnceHoweverOftenItIsClosed() {
        enterTimes(2);
        granted.getFirst().close();
        granted.getFirst().close();
        assertThat(gate.running()).isEqualTo(1);
    }

    @Test
    void aHigherLimitLetsThoseInWhoWaitAndALowerOneTakesNobodyOut() {
        settings = Admissions.fixed(1, 5, Duration.ofSeconds(5));
        enterTimes(4);
        assertThat(granted).hasSize(1);
        settings = Admissions.fixed(3, 5, Duration.ofSeconds(5));
        gate.reconsider();
        assertThat(granted).hasSize(3);
        settings = Admissions.fixed(1, 5, Duration.ofSeconds(5));
        gate.reconsider();
        granted.get(0).close();
        granted.get(1).close();
        assertThat(gate.running()).isEqualTo(1);
        assertThat(granted).hasSize(3);
    }

    @Test
    void aQueueIsAsLongAsItMayBeInTime() {
        settings = Admissions.fixed(1, 10, Duration.ofSeconds(5));
        enterTimes(3);
        for (int i = 0; i < 2; i++) {
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            granted.get(i).close();
        }
        enterTimes(2);
        assertThat(gate.waiting())
                .as("the second would wait for 6 seconds of 5")
                .isEqualTo(1);
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.QUEUE_FULL);
        assertThat(refused.getLast().retryAfterSeconds()).hasValue(6L);
    }

    @Test
    void retryAfterGrowsWithTheQueueAndTheTimeThatRequestsTake() {
        settings = Admissions.fixed(1, 10, Duration.ofMinutes(1));
        enterTimes(8);
        for (int i = 0; i < 4; i++) {
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            granted.get(i).close();
        }
        enterTimes(10);
        assertThat(refused).isNotEmpty();
        assertThat(refused.getLast().retryAfterSeconds()).hasValue(33L);
    }

    @Test
    void aFullQueueOfOneModelRefusesNobodyOfAnother() {
        enterTimes(4);
        assertThat(refused).hasSize(1);
        gate.enter(new Entrant("other", "k", Priority.NORMAL, 1, null)).subscribe(granted::add);
        assertThat(granted).hasSize(3);
    }

    @Test
    void aKeyWithFewRequestsTakesThePlaceOfOneWithManyInAFullQueue() {
        settings = Admissions.fixed(1, 2, Duration.ofSeconds(5));
        enterTimes(3);
        List<String> polite = new ArrayList<>();
        gate.enter(Admissions.of("polite")).subscribe(permit -> polite.add("in"));
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.QUEUE_FULL);
        assertThat(gate.waiting()).isEqualTo(2);
        granted.getFirst().close();
        assertThat(granted).hasSize(2);
        granted.getLast().close();
        assertThat(polite).containsExactly("in");
    }

    @Test
    void whoseTimeEndsInTheQueueIsToldSoAtOnceAndNotWhenTheQueueGivesUp() {
        enterTimes(2);
        enter(Admissions.within(Duration.ofMillis(80)));
        timers.advanceTimeBy(Duration.ofMillis(80));
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.DEADLINE_EXCEEDED);
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void whoseTimeIsShorterThanTheQueueTakesIsRefusedAtOnce() {
        settings = Admissions.fixed(1, 10, Duration.ofSeconds(30));
        enterTimes(8);
        for (int i = 0; i < 4; i++) {
            nanos.addAndGet(Duration.ofSeconds(3).toNanos());
            granted.get(i).close();
        }
        enter(Admissions.within(Duration.ofSeconds(2)));
        assertThat(refused).extracting(Problem::code).containsExactly(ProblemCode.DEADLINE_EXCEEDED);
        enter(Admissions.within(Duration.ofSeconds(20)));
        assertThat(refused).hasSize(1);
        assertThat(gate.waiting()).isEqualTo(4);
    }

    @Test
    void theLimitOfAModelFallsWhileItsReplicasSayThatRequestsQueueThere() {
        settings = Admissions.adaptive(64, 2);
        enterTimes(64);
        for (int i = 0; i < 400; i++) {
            AdmissionGate.Asked asked = gate.asking("m", 10);
            nanos.addAndGet(Duration.ofMillis(60).toNanos());
            asked.firstByte();
            asked.ended(java.util.OptionalLong.of(Duration.ofSeconds(1).toNanos()));
        }
        assertThat(gate.limit("m")).isBetween(2, 45);
    }

    @Test
    void aLongQueueThatLeavesAtOnceNeedsNoStackAsDeepAsItIsLong() {
        int waiting = 5_000;
        settings = Admissions.fixed(1, waiting, Duration.ofMinutes(1));
        enterTimes(1);
        AtomicInteger left = new AtomicInteger();
        for (int i = 0; i < waiting; i++) {
            gate.enter(Admissions.of("k")).subscribe(permit -> {
                permit.close();
                left.incrementAndGet();
            });
        }
        granted.getFirst().close();
        assertThat(left).hasValue(waiting);
        assertThat(gate.running()).isZero();
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void underManyThreadsTheLimitHoldsAndEveryPermitComesBack() throws InterruptedException {
        settings = Admissions.fixed(8, 1_000, Duration.ofMinutes(1));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            for (int i = 0; i < 1_000; i++) {
                threads.execute(() -> gate.enter(Admissions.of("k")).subscribe(permit -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.yield();
                    inside.decrementAndGet();
                    threadsLeave(permit, done);
                }));
            }
            assertThat(done.await(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(most.get()).isBetween(1, 8);
        assertThat(gate.running()).isZero();
        assertThat(gate.waiting()).isZero();
    }

    private static void threadsLeave(Permit permit, CountDownLatch done) {
        permit.close();
        done.countDown();
    }

    private void enterTimes(int times) {
        for (int i = 0; i < times; i++) {
            enter(Admissions.of("k"));
        }
    }

    private void enter(Entrant entrant) {
        gate.enter(entrant).subscribe(granted::add, failure -> refused.add(((ProblemException) failure).problem()));
    }
}
