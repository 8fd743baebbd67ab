// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** What is told to a federation's rounds while something is written, until the next write takes all of it. Safe for threads. */
final class Gathering {

    /** What one write decides on at most. */
    private static final int MOST = 1000;

    private final Queue<Ask> asks = new ConcurrentLinkedQueue<>();

    /** What a device or an operator told a round, and whom to answer. */
    record Ask(long round, RoundInput input, CompletableFuture<Decision> answer) {

        boolean answered() {
            return answer.isDone();
        }

        void answer(Decision decision) {
            answer.complete(decision);
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        /** Waits for the answer. */
        Decision decision() {
            try {
                return answer.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
    }

    Ask add(long round, RoundInput input) {
        Ask ask = new Ask(round, input, new CompletableFuture<>());
        asks.add(ask);
        return ask;
    }

    /**
     * Takes what is there, in the order in which it came.
     *
     * @param answered answers an ask at once, and says so
     * @return what is to be decided on
     */
    List<Ask> take(Predicate<Ask> answered) {
        List<Ask> taken = new ArrayList<>();
        for (Ask ask = asks.poll(); ask != null; ask = taken.size() < MOST ? asks.poll() : null) {
            if (!answered.test(ask)) {
                taken.add(ask);
            }
        }
        return taken;
    }
}
