// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards;

import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.UpdateReceived;
import java.util.concurrent.CompletableFuture;

/** The way to whoever sums shards, and back. Safe for threads. */
public interface SumLine {

    /**
     * Sends an update to its shard.
     *
     * @return completes when it is kept, or exceptionally
     */
    CompletableFuture<Void> send(UpdateReceived update);

    /**
     * Asks for the sum of a shard, of all updates that were sent before.
     *
     * @return completes with the answer; whoever waits no longer cancels it
     */
    CompletableFuture<PartialAggregated> ask(Shard shard, int values);
}
