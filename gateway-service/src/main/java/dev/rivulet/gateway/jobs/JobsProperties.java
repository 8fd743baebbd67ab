// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How many jobs there may be, and for how long.
 *
 * @param enabled whether there are jobs at all: they need Kafka
 * @param maxBody largest request, up to 900 KB: a record of Kafka holds 1 MB
 * @param bodyTimeout until a request has arrived
 * @param mostActive jobs of all keys that have not ended
 * @param mostActivePerKey jobs of one key that have not ended
 * @param most jobs that this gateway knows, ended ones included; the oldest that ended are forgotten first
 * @param maxMemory bytes of answers and of their parts that this gateway keeps; the oldest are forgotten first
 * @param lifetime how long a job may wait and run where it does not say so
 * @param keep how long a result can be asked for after the job was submitted, at most the retention of its topic, one day
 * @param ping time between keep-alive comments while a job's reader waits
 * @param atGateway jobs that steps of this gateway answer at once, 1 to 10,000; beyond it replicas come again
 */
@ConfigurationProperties("rivulet.jobs")
public record JobsProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("900KB") DataSize maxBody,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("20000") int mostActive,
        @DefaultValue("5000") int mostActivePerKey,
        @DefaultValue("40000") int most,
        @DefaultValue("32MB") DataSize maxMemory,
        @DefaultValue("1h") Duration lifetime,
        @DefaultValue("24h") Duration keep,
        @DefaultValue("10s") Duration ping,
        @DefaultValue("64") int atGateway) {

    private static final DataSize LARGEST_BODY = DataSize.ofKilobytes(900);
    private static final Duration LONGEST = Duration.ofHours(24);

    public JobsProperties {
        require(maxBody.toBytes() >= 1 && maxBody.compareTo(LARGEST_BODY) <= 0, "max-body is between 1B and 900KB");
        require(mostActivePerKey >= 1 && mostActive >= mostActivePerKey, "most-active is at least most-active-per-key");
        require(most >= mostActive, "most is at least most-active");
        require(atGateway >= 1 && atGateway <= 10_000, "at-gateway is between 1 and 10000");
        require(maxMemory.toBytes() >= 1 << 20, "max-memory is at least 1MB");
        require(within(bodyTimeout) && within(lifetime) && within(keep) && within(ping), "times are 1ms to 24h");
    }

    private static boolean within(Duration time) {
        return time.toMillis() >= 1 && time.compareTo(LONGEST) <= 0;
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.jobs: " + rule);
        }
    }
}
