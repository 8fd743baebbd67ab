package dev.rivulet.gateway.feedback;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Of which answers callers may say what they think.
 *
 * @param enabled whether {@code /v1/feedback} is served
 * @param remembered most answers of which is known who got them from which version, 1 to 1,000,000; a few hundred bytes each
 * @param keep for how long, up to 7 days
 */
@ConfigurationProperties("rivulet.feedback")
public record FeedbackProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10000") int remembered,
        @DefaultValue("6h") Duration keep) {

    private static final int MOST = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(7);

    public FeedbackProperties {
        if (remembered < 1 || remembered > MOST || keep.toMillis() < 1 || keep.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "rivulet.feedback: remembered is between 1 and 1000000, keep between 1ms and 7d");
        }
    }
}
