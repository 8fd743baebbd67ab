// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.UpdateAccepted;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.rounds.SecureTerms;
import dev.rivulet.federation.secureaggregation.SecureSteps.Ended;
import dev.rivulet.federation.secureaggregation.Verdict.Again;
import dev.rivulet.federation.secureaggregation.Verdict.Fit;
import dev.rivulet.federation.secureaggregation.Verdict.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One secure round in memory with the devices that wait in it. Safe for threads; answers nobody while it holds its lock. */
final class LiveRound {

    /** Asks the round before something counts; empty if it may. */
    @FunctionalInterface
    interface Asking {
        Optional<Refused> ask(Step step, Fit fit);
    }

    private record Waiting(int device, Step step, CompletableFuture<Optional<byte[]>> answer) {}

    private final long round;
    private final SecureTerms terms;
    private final SecureSteps steps;
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    private Set<String> gone = Set.of();
    private boolean forgotten;

    LiveRound(long round, SecureTerms terms, Instant began, RandomGenerator random) {
        this.round = round;
        this.terms = terms;
        this.steps = new SecureSteps(terms, began, random);
    }

    long round() {
        return round;
    }

    /**
     * Takes what a device sends.
     *
     * @return completes with the answer when the step has closed; with nothing if the same device asks again meanwhile; with a
     *     {@link RefusedException} if the round fails
     * @throws RefusedException if it is not taken
     */
    CompletableFuture<Optional<byte[]>> send(String device, Step step, byte[] body, Instant now, Asking asking) {
        CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();
        List<Runnable> tell = new ArrayList<>();
        synchronized (this) {
            int number = terms.number(device)
                    .orElseThrow(() -> new RefusedException(
                            RefusalCode.NOT_SELECTED, "the device was not selected for this round"));
            require(!forgotten, new Refused(RefusalCode.LATE, "the round is over"));
            take(number, step, body, asking);
            Waiting before = waiting.put(number, new Waiting(number, step, answer));
            if (before != null) {
                tell.add(() -> before.answer().complete(Optional.empty()));
            }
            steps.advance(now, gone);
            collect(tell);
        }
        tell.forEach(Runnable::run);
        return answer;
    }

    private void take(int number, Step step, byte[] body, Asking asking) {
        switch (steps.judge(number, step, body)) {
            case Again() -> {}
            case Refused refused -> require(false, refused);
            case Fit fit -> {
                asking.ask(step, fit).ifPresent(refused -> require(false, refused));
                steps.take(step, fit).ifPresent(refused -> require(false, refused));
            }
        }
    }

    private static void require(boolean condition, Refused otherwise) {
        if (!condition) {
            throw new RefusedException(otherwise.code(), otherwise.detail());
        }
    }

    /** Closes steps whose time is over; what it came to, if it has ended. */
    Optional<Ended> goOn(Instant now, Set<String> dropped) {
        List<Runnable> tell = new ArrayList<>();
        Optional<Ended> ended;
        synchronized (this) {
            gone = Set.copyOf(dropped);
            steps.advance(now, gone);
            collect(tell);
            ended = steps.ended();
        }
        tell.forEach(Runnable::run);
        return ended;
    }

    /** Devices whose noise is in a sum that is to be paid for before its masks come off. */
    synchronized OptionalInt owed() {
        return steps.owed();
    }

    /** It is paid: who waits is asked for shares. */
    void paid(Instant now) {
        List<Runnable> tell = new ArrayList<>();
        synchronized (this) {
            steps.pay(now);
            collect(tell);
        }
        tell.forEach(Runnable::run);
    }

    synchronized boolean summed() {
        return steps.ended().orElse(null) instanceof Ended.Done;
    }

    /** Whether the federation has something to do for it now. */
    synchronized boolean ready() {
        return steps.ended().isPresent() || steps.owed().isPresent();
    }

    synchronized Map<Step, Duration> took() {
        return Map.copyOf(steps.took());
    }

    /** Tells all who wait that the round is over. */
    void forget() {
        List<Waiting> left;
        synchronized (this) {
            forgotten = true;
            left = List.copyOf(waiting.values());
            waiting.clear();
        }
        left.forEach(each ->
                each.answer().completeExceptionally(new RefusedException(RefusalCode.LATE, "the round is over")));
    }

    private byte[] accepted(int devices) {
        return UpdateAccepted.newBuilder()
                .setRound(round)
                .setCounted(devices)
                .build()
                .toByteArray();
    }

    /** Answers of those whose step has closed. */
    private void collect(List<Runnable> tell) {
        @Nullable Ended ended = steps.ended().orElse(null);
        waiting.values().removeIf(each -> {
            if (each.answer().isDone()) {
                return true;
            }
            if (ended instanceof Ended.Failed(String reason)) {
                tell.add(() -> each.answer()
                        .completeExceptionally(
                                new RefusedException(RefusalCode.LATE, "the round has failed: " + reason)));
                return true;
            }
            Optional<byte[]> answer = steps.answer(each.device(), each.step())
                    .map(bytes -> ended instanceof Ended.Done done ? accepted(done.devices()) : bytes);
            answer.ifPresent(bytes -> tell.add(() -> each.answer().complete(Optional.of(bytes))));
            return answer.isPresent();
        });
    }
}
