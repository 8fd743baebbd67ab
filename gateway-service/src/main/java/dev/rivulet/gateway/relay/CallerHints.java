// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Locale;
import org.springframework.http.HttpHeaders;

/** What a caller may say in headers about where his request goes. */
final class CallerHints {

    /** Requests of one session go to one replica where they can. */
    static final String SESSION = "x-session-id";

    /** With the value {@code site} a request never leaves this site. */
    static final String PRIVACY = "x-rivulet-privacy";

    private static final String HINTS = "x-rivulet-";
    private static final int LONGEST_HINT = 100;
    private static final int LONGEST_SESSION = 200;

    private CallerHints() {}

    /** @throws ProblemException with {@code invalid_value} if a header is none that can be followed */
    static void read(HttpHeaders headers, Passage passage) {
        String session = headers.getFirst(SESSION);
        if (session != null) {
            if (session.isBlank() || session.length() > LONGEST_SESSION) {
                throw new ProblemException(Problem.at(
                        ProblemCode.INVALID_VALUE,
                        SESSION,
                        "'" + SESSION + "' must have 1 to " + LONGEST_SESSION + " characters."));
            }
            passage.session(session);
        }
        String privacy = headers.getFirst(PRIVACY);
        if (privacy != null) {
            if (!privacy.equals("site")) {
                throw new ProblemException(
                        Problem.at(ProblemCode.INVALID_VALUE, PRIVACY, "'" + PRIVACY + "' has one value: site."));
            }
            passage.siteOnly();
        }
        headers.forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(HINTS)
                    && !values.isEmpty()
                    && values.getFirst().length() <= LONGEST_HINT) {
                passage.hint(lower, values.getFirst());
            }
        });
    }
}
