// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.scheduling.Priority;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The terms of a request, from headers that the gateway sets and never passes on from a caller. A replica that is called without a
 * gateway serves everyone on the same terms.
 */
public final class RequestTerms {

    static final String TENANT = "x-rivulet-tenant";
    static final String PRIORITY = "x-rivulet-priority";
    static final String TIMEOUT = "x-request-timeout-ms";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,7}");

    private RequestTerms() {}

    /**
     * Reads the headers.
     *
     * @param now nanoseconds of the loops' clock
     * @throws ProblemException if the time allowed is not 1 to 99999999 ms
     */
    public static Terms of(HttpHeaders headers, long now) {
        return new Terms(
                name(headers.getFirst(TENANT)),
                priority(headers.getFirst(PRIORITY)),
                deadline(headers.getFirst(TIMEOUT), now));
    }

    private static String name(@Nullable String given) {
        return given != null && NAME.matcher(given).matches() ? given : Terms.STANDARD.tenant();
    }

    private static Priority priority(@Nullable String given) {
        for (Priority priority : Priority.values()) {
            if (priority.name().equalsIgnoreCase(given)) {
                return priority;
            }
        }
        return Priority.NORMAL;
    }

    private static OptionalLong deadline(@Nullable String given, long now) {
        if (given == null) {
            return OptionalLong.empty();
        }
        if (!MILLIS.matcher(given).matches()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, TIMEOUT, "'" + TIMEOUT + "' must be 1 to 99999999 milliseconds."));
        }
        return OptionalLong.of(now + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(given)));
    }
}
