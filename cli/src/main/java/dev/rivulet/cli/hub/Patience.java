// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * How often and after which pauses something is tried again.
 *
 * @param failures most failures in a row; one after which more than {@code worthwhile} bytes had come begins a new row
 * @param first pause after the first failure; it doubles with each
 * @param longest pause, also where the hub asks for more
 * @param worthwhile bytes
 * @param pauses waits
 * @param told hears of each failure that is not the last
 */
public record Patience(
        int failures, Duration first, Duration longest, long worthwhile, Pauses pauses, Consumer<String> told) {
    private static final int MOST_ATTEMPTS = 10_000;

    /** Waits. */
    @FunctionalInterface
    public interface Pauses {
        void pause(Duration time) throws InterruptedException;
    }

    /** Six failures in a row, pauses of one second to five minutes. */
    public static Patience usual(Consumer<String> told) {
        return new Patience(6, Duration.ofSeconds(1), Duration.ofMinutes(5), 1 << 20, Thread::sleep, told);
    }

    /** Something that may fail and succeed later. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException, InterruptedException;
    }

    /** How many bytes have come until now. */
    @FunctionalInterface
    public interface Gained {
        long bytes() throws IOException;
    }

    /**
     * Tries until it succeeds or patience ends.
     *
     * @param what for messages
     */
    public <T> T tried(String what, Gained gained, Attempt<T> attempt) throws IOException, InterruptedException {
        int failed = 0;
        for (int number = 1; ; number++) {
            long before = gained.bytes();
            try {
                return attempt.run();
            } catch (IOException e) {
                failed = gained.bytes() - before > worthwhile ? 1 : failed + 1;
                if (failed > failures || number == MOST_ATTEMPTS) {
                    throw new HubException(what + " failed " + failed + " times in a row, at last with: " + reason(e)
                            + ". What has come is kept; the same command goes on from there.");
                }
                Duration pause = pause(failed, e);
                told.accept(what + ": " + reason(e) + "; again in " + pause.toMillis() / 1000.0 + " s");
                pauses.pause(pause);
            }
        }
    }

    private Duration pause(int failed, IOException e) {
        long doubled = first.toMillis() << Math.min(failed - 1, 20);
        // Up to a quarter more, so that many who were refused together don't come back together.
        long spread = doubled + RandomGenerator.getDefault().nextLong(Math.max(1, doubled / 4));
        long asked = e instanceof BusyException busy ? busy.askedFor().toMillis() : 0;
        return Duration.ofMillis(Math.min(longest.toMillis(), Math.max(spread, asked)));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
