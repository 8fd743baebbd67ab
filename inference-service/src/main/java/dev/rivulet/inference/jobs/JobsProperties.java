// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How jobs are taken.
 *
 * @param enabled whether this replica takes jobs at all
 * @param group the consumer group of all replicas that share the work
 * @param inFlight jobs that run at once, never more than there are slots, 1 to 256
 * @param attempts times that a job is begun before it goes to the dead-letter topic, 1 to 20
 * @param retryWait before the second attempt; doubled for each further one
 * @param busyWait how long a job waits for a model that is not there or has no room, before that counts as its failure
 * @param maxAnswer largest answer, up to 900 KB: a record of Kafka holds 1 MB
 * @param progress how long events of a streamed answer are gathered before they are told
 * @param drain how long jobs that run may go on after a stop was asked for
 * @param gateway where gateways answer jobs of the assistant and of routes; empty where this replica takes none
 */
@Validated
@ConfigurationProperties("rivulet.jobs")
public record JobsProperties(
        @DefaultValue("true") boolean enabled,
        @NotBlank @DefaultValue("rivulet-replicas") String group,
        @Min(1) @Max(256) @DefaultValue("4") int inFlight,
        @Min(1) @Max(20) @DefaultValue("3") int attempts,
        @DefaultValue("500ms") Duration retryWait,
        @DefaultValue("60s") Duration busyWait,
        @DefaultValue("900KB") DataSize maxAnswer,
        @DefaultValue("50ms") Duration progress,
        @DefaultValue("10s") Duration drain,
        @DefaultValue("") String gateway) {

    private static final DataSize LARGEST_ANSWER = DataSize.ofKilobytes(900);

    public JobsProperties {
        if (!gateway.isEmpty() && !gateway.matches("https?://[^\\s]+")) {
            throw new IllegalArgumentException("rivulet.jobs.gateway is an address such as http://127.0.0.1:7100");
        }
        if (maxAnswer.toBytes() < 1 || maxAnswer.compareTo(LARGEST_ANSWER) > 0) {
            throw new IllegalArgumentException("rivulet.jobs.max-answer is between 1B and 900KB");
        }
        if (retryWait.isNegative() || busyWait.isNegative() || drain.isNegative() || progress.toMillis() < 1) {
            throw new IllegalArgumentException("rivulet.jobs: times are not negative, and progress is at least 1ms");
        }
    }
}
