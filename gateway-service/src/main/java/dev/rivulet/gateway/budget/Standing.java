// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a key's budgets, as the headers that OpenAI's API has for it.
 *
 * @param requests of requests a minute; null without such a limit
 * @param tokens of tokens a minute, or a day where that is the only limit or less is left of it; null without such a limit
 */
public record Standing(@Nullable Left requests, @Nullable Left tokens) {

    /** Nothing is limited. */
    public static final Standing UNLIMITED = new Standing(null, null);

    /**
     * What is left of one budget.
     *
     * @param limit the whole
     * @param remaining what may be used now
     * @param reset until all of it may be used again
     */
    public record Left(long limit, long remaining, Duration reset) {}

    /** {@code x-ratelimit-{limit,remaining,reset}-{requests,tokens}}, of those that are limited. */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        add(headers, "requests", requests);
        add(headers, "tokens", tokens);
        return headers;
    }

    private static void add(Map<String, String> headers, String what, @Nullable Left left) {
        if (left != null) {
            headers.put("x-ratelimit-limit-" + what, Long.toString(left.limit()));
            headers.put("x-ratelimit-remaining-" + what, Long.toString(left.remaining()));
            headers.put("x-ratelimit-reset-" + what, written(left.reset()));
        }
    }

    /** As OpenAI writes it: {@code 120ms}, {@code 1s}, {@code 6m0s}, {@code 23h59m12s}. */
    static String written(Duration time) {
        if (time.toMillis() < 1_000) {
            return time.toMillis() + "ms";
        }
        Duration whole = Duration.ofSeconds(time.plusMillis(999).toSeconds());
        String seconds = whole.toSecondsPart() + "s";
        if (whole.toMinutes() == 0) {
            return seconds;
        }
        String minutes = whole.toMinutesPart() + "m" + seconds;
        return whole.toHours() == 0 ? minutes : whole.toHours() + "h" + minutes;
    }
}
