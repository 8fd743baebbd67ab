// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Of which answers callers may say what they think.
 *
 * @param enabled whether {@code /v1/feedback} is served
 * @param remembered most answers of which is known who got them from which version, 1 to 1,000,000; a few hundred bytes each
 * @param keep for how long, up to 7 days
 * @param shared whether gateways know each other's answers
 * @param site what people consent to have kept of their words
 */
@ConfigurationProperties("rivulet.feedback")
public record FeedbackProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10000") int remembered,
        @DefaultValue("6h") Duration keep,
        @DefaultValue("none") Shared shared,
        @DefaultValue Site site) {

    /** Who knows which version gave an answer. */
    public enum Shared {
        /** The gateway that gave it, until it stops. */
        NONE,
        /** All gateways, over the topic {@code inference.answer.given}. */
        KAFKA
    }

    /**
     * Words that stay on this machine.
     *
     * @param folder where; only this gateway writes there. Null to keep none and to refuse what has any
     * @param most answers of one key whose words are kept, 1 to 100,000; some kilobytes each
     * @param keep for how long, up to 2 years; older ones are deleted
     */
    public record Site(
            @Nullable Path folder,
            @DefaultValue("10000") int most,
            @DefaultValue("90d") Duration keep) {

        private static final int MOST_WORDS = 100_000;
        private static final Duration LONGEST_WORDS = Duration.ofDays(732);

        public Site {
            if (most < 1 || most > MOST_WORDS || keep.toMillis() < 1 || keep.compareTo(LONGEST_WORDS) > 0) {
                throw new IllegalArgumentException(
                        "rivulet.feedback.site: most is between 1 and 100000, keep between 1ms and 732d");
            }
        }
    }

    private static final int MOST = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(7);

    public FeedbackProperties {
        if (remembered < 1 || remembered > MOST || keep.toMillis() < 1 || keep.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "rivulet.feedback: remembered is between 1 and 1000000, keep between 1ms and 7d");
        }
    }
}
