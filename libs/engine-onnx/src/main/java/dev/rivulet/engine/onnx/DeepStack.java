// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ModelRejectedException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Opens sessions on a thread with a deep native stack, whatever thread asks for it: ONNX Runtime 1.29 recurses once per
 * character of the process's command line when it starts and when it opens a session, and a class path makes that long.
 */
final class DeepStack {

    /** Address space; pages are taken as they are touched. */
    private static final long BYTES = 64L << 20;

    private DeepStack() {}

    /** Opens a session, and may use it. */
    interface Opening<T> {
        T open() throws ModelRejectedException;
    }

    /** What was opened; an interrupt is kept for later, since a session can't be given up half open. */
    static <T> T open(Opening<T> opening) throws ModelRejectedException {
        FutureTask<T> running = new FutureTask<>(opening::open);
        Thread thread = new Thread(null, running, "open session", BYTES);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return running.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw failure(Objects.requireNonNull(e.getCause()));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ModelRejectedException failure(Throwable cause) {
        return switch (cause) {
            case ModelRejectedException rejected -> rejected;
            case Error error -> throw error;
            case RuntimeException fault -> throw fault;
            default -> throw new IllegalStateException(cause);
        };
    }
}
