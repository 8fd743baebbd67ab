// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.federation.v1.PartialAggregated;
import dev.rivulet.events.federation.v1.UpdateReceived;
import dev.rivulet.federated.aggregation.PartialSum;
import dev.rivulet.federated.aggregation.PartialSumCodec;
import dev.rivulet.federated.aggregation.Term;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.compression.UpdateCodec.Expected;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds each update to the sum of its shard, once by device, and answers who asks for the sum. What it remembers is its store alone, in
 * the transaction of what it has read and answered: milliseconds since 1970 of the last update, then the sum in the form of
 * {@link PartialAggregated}. Kafka Streams has one thread in it.
 */
final class ShardSummer implements Processor<String, byte[], String, byte[]> {

    /** Name of its store. */
    static final String STORE = "sums";

    private static final Logger log = LoggerFactory.getLogger(ShardSummer.class);
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Clock clock;
    private final Duration keep;
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> store;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    ShardSummer(Clock clock, Duration keep) {
        this.clock = clock;
        this.keep = keep;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> around) {
        context = around;
        store = around.getStateStore(STORE);
        around.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, _ -> forget());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        try {
            Event<UpdateReceived> event =
                    Event.read(EventType.UPDATE_RECEIVED, headers(record.headers()), record.value());
            if (event.data().getDevice().isEmpty()) {
                answer(event.subject(), event.data());
            } else {
                add(event.subject(), event.data());
            }
        } catch (MalformedEventException e) {
            log.warn(
                    "A record of {} is left out: {}",
                    EventType.UPDATE_RECEIVED.topic().name(),
                    e.getMessage());
        }
    }

    private static Map<String, byte[]> headers(Headers of) {
        Map<String, byte[]> headers = new HashMap<>();
        of.forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    private void add(String shard, UpdateReceived received) {
        PartialAggregated before = read(shard);
        if (before.containsUpdates(received.getDevice())) {
            return;
        }
        byte[] bytes = received.getUpdate().toByteArray();
        float[] values = switch (UpdateCodec.read(bytes, new Expected(received.getValues(), bytes.length))) {
            case Checked.Accepted<Encoded>(Encoded.Dense dense) -> dense.values();
            case Checked.Accepted<Encoded>(Encoded.Sparse sparse) -> sparse.values();
            default -> throw new MalformedEventException("the update of shard " + shard + " can't be read");
        };
        Layout layout = layout(received.getValues());
        PartialSum sum = sum(before, layout);
        Update update = Update.delta(received.getDevice(), new Parameters(layout, values), received.getWeight(), 0);
        sum.add(List.of(new Term(update, received.getWeight(), received.getWeight())));
        write(
                shard,
                before.toBuilder()
                        .setFederation(received.getFederation())
                        .setRound(received.getRound())
                        .setShard(received.getShard())
                        .setValues(received.getValues())
                        .putUpdates(received.getDevice(), received.getSha256())
                        .setSum(UnsafeByteOperations.unsafeWrap(PartialSumCodec.write(sum)))
                        .build());
    }

    /** A model's values without their names. */
    private static Layout layout(int values) {
        return new Layout(List.of(new Layout.Tensor("values", List.of(values))));
    }

    private static PartialSum sum(PartialAggregated before, Layout layout) {
        if (before.getSum().isEmpty()) {
            return new PartialSum(layout);
        }
        return switch (PartialSumCodec.read(before.getSum().toByteArray(), layout)) {
            case Checked.Accepted<PartialSum>(PartialSum sum) -> sum;
            case Checked.Refused<PartialSum>(var reason, String detail) ->
                throw new MalformedEventException("another model than the sum's: " + reason + ", " + detail);
        };
    }

    private void answer(String shard, UpdateReceived asked) {
        PartialAggregated sum = read(shard).toBuilder()
                .setFederation(asked.getFederation())
                .setRound(asked.getRound())
                .setShard(asked.getShard())
                .setAsk(asked.getAsk())
                .build();
        Instant now = clock.instant();
        Event<PartialAggregated> event = new Event<>(
                UUID.randomUUID().toString(),
                "/federation-service",
                EventType.PARTIAL_AGGREGATED,
                shard,
                now,
                null,
                sum);
        RecordHeaders headers = new RecordHeaders();
        event.headers().forEach(headers::add);
        context.forward(new Record<>(shard, event.value(), now.toEpochMilli(), headers));
    }

    private PartialAggregated read(String shard) {
        byte[] kept = store.get(shard);
        if (kept == null) {
            return PartialAggregated.getDefaultInstance();
        }
        try {
            return PartialAggregated.parseFrom(ByteBuffer.wrap(kept, Long.BYTES, kept.length - Long.BYTES));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("what is remembered of shard " + shard + " can't be read", e);
        }
    }

    private void write(String shard, PartialAggregated sum) {
        byte[] bytes = sum.toByteArray();
        store.put(
                shard,
                ByteBuffer.allocate(Long.BYTES + bytes.length)
                        .putLong(clock.millis())
                        .put(bytes)
                        .array());
    }

    /** Sums that nobody has added to for long; if one is wanted after all, its updates are sent again. */
    private void forget() {
        long before = clock.millis() - keep.toMillis();
        List<String> old = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<String, byte[]> each = all.next();
                if (ByteBuffer.wrap(each.value).getLong() < before) {
                    old.add(each.key);
                }
            }
        }
        old.forEach(store::delete);
    }
}
