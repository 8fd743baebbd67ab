// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.identity.Caller.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings and entrants for the tests of admission. */
final class Admissions {

    private Admissions() {}

    /** A limit that does not adapt. */
    static AdmissionSettings fixed(int concurrency, int queue, Duration maxWait) {
        return new AdmissionSettings(
                concurrency, false, 16, 1, 0, Duration.ofMillis(250), queue, queue, maxWait, Duration.ofSeconds(2));
    }

    static AdmissionSettings adaptive(int most, int least) {
        return new AdmissionSettings(
                most,
                true,
                16,
                least,
                12,
                Duration.ofMillis(100),
                1_000,
                1_000,
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    static Entrant of(String key) {
        return of(key, Priority.NORMAL, 100);
    }

    static Entrant of(String key, Priority priority, long tokens) {
        return new Entrant("m", key, priority, tokens, null);
    }

    static Entrant within(@Nullable Duration timeLeft) {
        return new Entrant("m", "hasty", Priority.NORMAL, 100, timeLeft);
    }
}
