// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Takes facts that are to leave this service. Call it inside the transaction of the change, while that transaction holds the
 * lock of the aggregate: the fact is then sent exactly if the change is committed, at least once, in the order of the changes
 * of its aggregate. A fact sent twice has the same event id.
 */
public final class Outbox {

    private final OutboxStore store;
    private final OutboxLoop loop;
    private final TraceContext trace;
    private final Clock clock;
    private final String source;

    /** @param service whose facts these are, such as {@code model-registry} */
    Outbox(String service, OutboxStore store, OutboxLoop loop, TraceContext trace, Clock clock) {
        this.source = "/" + service;
        this.store = store;
        this.loop = loop;
        this.trace = trace;
        this.clock = clock;
    }

    /**
     * Writes one fact.
     *
     * @param aggregate the business key, such as the name of a model
     */
    public <T extends Message> void append(EventType<T> type, String aggregate, T data) {
        UUID id = UUID.randomUUID();
        Event<T> event =
                new Event<>(id.toString(), source, type, aggregate, clock.instant(), trace.traceparent(), data);
        store.append(new Fact(id, type.topic().name(), aggregate, headers(event), event.value()));
        wakeAfterCommit();
    }

    private void wakeAfterCommit() {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            loop.wake();
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                loop.wake();
            }
        });
    }

    private static Map<String, String> headers(Event<?> event) {
        Map<String, String> headers = new LinkedHashMap<>();
        event.headers().forEach((name, value) -> headers.put(name, new String(value, StandardCharsets.UTF_8)));
        return headers;
    }
}
