// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs steps side by side. */
final class Parallel {

    private Parallel() {}

    /** Runs all tasks and returns when all are done; the first failure interrupts the others and is thrown. */
    static void run(List<Task> tasks) throws InterruptedException {
        run(tasks, Integer.MAX_VALUE);
    }

    /** Like {@link #run(List)}, with at most {@code width} tasks at a time. */
    static void run(List<Task> tasks, int width) throws InterruptedException {
        if (tasks.isEmpty()) {
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.min(width, tasks.size()), Thread.ofPlatform().daemon().factory());
        try {
            var completed = new ExecutorCompletionService<Void>(threads);
            List<Future<Void>> futures = new ArrayList<>();
            tasks.forEach(task -> futures.add(completed.submit(() -> {
                task.run();
                return null;
            })));
            for (int done = 0; done < futures.size(); done++) {
                completed.take().get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known
                    ? known
                    : new StartException("The start failed", e.getCause() == null ? e : e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
