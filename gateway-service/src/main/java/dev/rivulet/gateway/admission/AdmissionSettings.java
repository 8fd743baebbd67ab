package dev.rivulet.gateway.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is let in at once. May change while the gateway runs.
 *
 * @param concurrency requests that run at once, 1 to 100,000
 * @param queue requests that wait for room, 0 to 100,000
 * @param maxWait how long one of them waits at most, up to 10 minutes
 */
@Validated
@ConfigurationProperties("rivulet.admission")
public record AdmissionSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int concurrency,
        @DefaultValue("256") @Min(0) @Max(100_000) int queue,
        @DefaultValue("10s") Duration maxWait) {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    public AdmissionSettings {
        if (maxWait.isNegative() || maxWait.compareTo(LONGEST_WAIT) > 0) {
            throw new IllegalArgumentException("rivulet.admission.max-wait is between 0s and 10m, was " + maxWait);
        }
    }
}
