// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that went wrong, fit to show to the caller.
 *
 * @param code stable code
 * @param message what, where and how to mend it; never a secret, a path or a stack
 * @param param the field of the request at fault, such as {@code messages[3].role}
 * @param retryAfter when to try again, whole seconds, at least one
 */
public record Problem(
        ProblemCode code,
        String message,
        @Nullable String param,
        @Nullable Duration retryAfter) {

    public Problem {
        if (message.isBlank()) {
            throw new IllegalArgumentException("A problem needs a message");
        }
        if (retryAfter != null && retryAfter.toSeconds() < 1) {
            retryAfter = Duration.ofSeconds(1);
        }
    }

    public static Problem of(ProblemCode code, String message) {
        return new Problem(code, message, null, null);
    }

    public static Problem at(ProblemCode code, String param, String message) {
        return new Problem(code, message, param, null);
    }

    public Problem retryAfter(Duration wait) {
        return new Problem(code, message, param, wait);
    }

    /** The {@code Retry-After} header: whole seconds, rounded up. */
    public Optional<Long> retryAfterSeconds() {
        return Optional.ofNullable(retryAfter).map(wait -> wait.plusMillis(999).toSeconds());
    }
}
