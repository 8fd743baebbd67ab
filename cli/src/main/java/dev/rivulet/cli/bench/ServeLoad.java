// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.chat.Completions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Keeps a number of streams open for a while, each asking again when it is answered, and measures what they see. */
final class ServeLoad {
    private final Completions completions;
    private final List<Completions.Question> questions;
    private final LongSupplier nanoTime;

    ServeLoad(Completions completions, List<Completions.Question> questions, LongSupplier nanoTime) {
        this.completions = completions;
        this.questions = List.copyOf(questions);
        this.nanoTime = nanoTime;
    }

    /** What was seen; several rounds may add to the same. */
    static final class Seen {
        private final Samples firstToken = new Samples();
        private final Samples betweenTokens = new Samples();
        private final LongAdder promptTokens = new LongAdder();
        private final LongAdder completionTokens = new LongAdder();
        private final LongAdder answers = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        Samples firstToken() {
            return firstToken;
        }

        Samples betweenTokens() {
            return betweenTokens;
        }

        long promptTokens() {
            return promptTokens.sum();
        }

        long completionTokens() {
            return completionTokens.sum();
        }

        long answers() {
            return answers.sum();
        }

        /** Tokens of all answers together in a second. */
        double tokensPerSecond() {
            return completionTokens() * 1e9 / Math.max(1, nanos.sum());
        }
    }

    /** Runs the streams for a while; an answer that has begun is waited for and counted. */
    void run(int streams, Duration time, Seen seen) throws InterruptedException {
        long begin = nanoTime.getAsLong();
        long end = begin + time.toNanos();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int stream = 0; stream < streams; stream++) {
                int first = stream;
                running.add(threads.submit(() -> {
                    for (int turn = first; nanoTime.getAsLong() < end; turn++) {
                        ask(questions.get(turn % questions.size()), seen);
                    }
                    return null;
                }));
            }
            for (Future<?> stream : running) {
                stream.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        }
        seen.nanos.add(nanoTime.getAsLong() - begin);
    }

    private void ask(Completions.Question question, Seen seen) throws InterruptedException {
        long asked = nanoTime.getAsLong();
        long[] last = {0};
        Completions.Ending ending = completions.stream(question, piece -> {
            long now = nanoTime.getAsLong();
            if (last[0] == 0) {
                seen.firstToken.add(now - asked);
            } else {
                seen.betweenTokens.add(now - last[0]);
            }
            last[0] = now;
        });
        seen.promptTokens.add(ending.promptTokens());
        seen.completionTokens.add(ending.completionTokens());
        seen.answers.increment();
    }
}
