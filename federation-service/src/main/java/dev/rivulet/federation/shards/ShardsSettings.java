// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Sums in shards.
 *
 * @param enabled whether this instance sums shards; all instances or none. It needs Kafka
 * @param commit how often what was summed is committed; a sum is known a moment after it
 * @param silence after which an instance that is not heard of loses its shards; at least what the brokers allow, 6 s as they come
 * @param transaction after which the broker ends what a dead instance had begun; above {@code commit}
 * @param answer how long a round waits for its sums before it asks again
 * @param keep how long a sum is remembered that nobody adds to
 */
@ConfigurationProperties("rivulet.federation.shards")
public record ShardsSettings(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("100ms") Duration commit,
        @DefaultValue("6s") Duration silence,
        @DefaultValue("10s") Duration transaction,
        @DefaultValue("10s") Duration answer,
        @DefaultValue("30m") Duration keep) {

    public ShardsSettings {
        for (Duration each : new Duration[] {commit, silence, transaction, answer, keep}) {
            if (!each.isPositive()) {
                throw new IllegalArgumentException("the times of rivulet.federation.shards must be positive");
            }
        }
        if (transaction.compareTo(commit) <= 0) {
            throw new IllegalArgumentException("rivulet.federation.shards.transaction must be above commit");
        }
    }
}
