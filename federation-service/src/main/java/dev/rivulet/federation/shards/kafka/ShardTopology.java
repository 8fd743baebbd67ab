// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Updates in, sums out: one step, so that the key decides who sums, and nothing is sent around. */
final class ShardTopology {

    private ShardTopology() {}

    static Topology of(Clock clock, Duration keep) {
        Topology topology = new Topology();
        topology.addSource(
                "updates",
                Serdes.String().deserializer(),
                Serdes.ByteArray().deserializer(),
                EventType.UPDATE_RECEIVED.topic().name());
        topology.addProcessor("summing", () -> new ShardSummer(clock, keep), "updates");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(ShardSummer.STORE), Serdes.String(), Serdes.ByteArray())
                        .withCachingEnabled()
                        .withLoggingEnabled(Map.of("max.message.bytes", Integer.toString(Topic.MOST_BYTES))),
                "summing");
        topology.addSink(
                "sums",
                EventType.PARTIAL_AGGREGATED.topic().name(),
                Serdes.String().serializer(),
                Serdes.ByteArray().serializer(),
                "summing");
        return topology;
    }
}
