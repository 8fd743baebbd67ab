// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** How long a caller lets a request take, from the header {@link #HEADER}; replicas get what is left of it. */
final class TimeAllowed {

    static final String HEADER = "x-request-timeout-ms";

    private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,7}");

    private TimeAllowed() {}

    /** @throws ProblemException if the header is there and is not 1 to 99999999 */
    static Optional<Duration> of(HttpHeaders headers) {
        String given = headers.getFirst(HEADER);
        if (given == null) {
            return Optional.empty();
        }
        if (!MILLIS.matcher(given).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, HEADER, "'" + HEADER + "' must be 1 to 99999999 milliseconds."));
        }
        return Optional.of(Duration.ofMillis(Long.parseLong(given)));
    }

    /** Ends a wait when the time is over. */
    static <T> Mono<T> within(Mono<T> wait, Passage passage) {
        return passage.timeLeft()
                .map(left -> wait.timeout(left, Mono.error(TimeAllowed::over)))
                .orElse(wait);
    }

    private static ProblemException over() {
        return new ProblemException(Problem.of(
                ProblemCode.DEADLINE_EXCEEDED, "The time that the request allowed ran out before it could begin."));
    }
}
