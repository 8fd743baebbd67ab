// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;

/** The threads that parse, render and tokenise, so that no long prompt holds up an event loop. A bounded number of them waits. */
public final class PromptThreads implements AutoCloseable {

    private final ThreadPoolExecutor executor;

    PromptThreads(int threads, int queue) {
        int count = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        executor = new ThreadPoolExecutor(
                count,
                count,
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queue),
                Thread.ofPlatform().name("prompt-", 0).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /** Runs {@code work} when subscribed to. */
    public Mono<Void> run(Runnable work) {
        return Mono.create(sink -> {
            try {
                executor.execute(() -> {
                    try {
                        work.run();
                        sink.success();
                    } catch (RuntimeException | Error e) {
                        sink.error(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                sink.error(new ProblemException(
                        Problem.of(ProblemCode.QUEUE_FULL, "Too many prompts wait to be read; send it again later.")
                                .retryAfter(Duration.ofSeconds(1))));
            }
        });
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
