// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The outbox in memory, with a clock that the test moves. */
public final class FakeOutboxStore implements OutboxStore {

    private final List<Row> rows = new ArrayList<>();
    private long now = 1L << 40;
    private long lastSeq;

    private static final class Row {
        private final long seq;
        private final Fact fact;
        private final long written;
        private int attempts;
        private long due;
        private long leasedUntil = Long.MIN_VALUE;
        private @Nullable UUID leasedBy;
        private long sentAt = -1;

        private Row(long seq, Fact fact, long written) {
            this.seq = seq;
            this.fact = fact;
            this.written = written;
            this.due = written;
        }
    }

    /** The clock is set forward or back. */
    public synchronized void jump(Duration time) {
        now += time.toMillis();
    }

    /** Lets time pass. */
    public synchronized void advance(Duration time) {
        now += time.toMillis();
    }

    @Override
    public synchronized void append(Fact fact) {
        rows.add(new Row(++lastSeq, fact, now));
    }

    @Override
    public synchronized Optional<Leased> lease(UUID relay, Duration time, Duration longestWait) {
        Set<String> busy = new HashSet<>();
        for (Row row : rows) {
            if (row.sentAt >= 0 || !busy.add(row.fact.topic() + "/" + row.fact.aggregate())) {
                continue;
            }
            boolean due = row.due <= now || row.due > now + 2 * longestWait.toMillis();
            if (due && (row.leasedUntil < now || row.leasedUntil > now + 2 * time.toMillis())) {
                row.leasedUntil = now + time.toMillis();
                row.leasedBy = relay;
                row.attempts++;
                return Optional.of(new Leased(row.fact, row.seq, row.attempts));
            }
        }
        return Optional.empty();
    }

    @Override
    public synchronized void sent(Leased fact, UUID relay) {
        held(fact, relay).ifPresent(row -> {
            row.sentAt = now;
            row.leasedUntil = Long.MIN_VALUE;
        });
    }

    @Override
    public synchronized void failed(Leased fact, UUID relay, Duration wait, String reason) {
        held(fact, relay).ifPresent(row -> {
            row.due = now + wait.toMillis();
            row.leasedUntil = Long.MIN_VALUE;
            row.leasedBy = null;
        });
    }

    private Optional<Row> held(Leased fact, UUID relay) {
        return rows.stream()
                .filter(row -> row.seq == fact.seq() && relay.equals(row.leasedBy) && row.sentAt < 0)
                .findFirst();
    }

    @Override
    public synchronized Duration oldestUnsentAge() {
        return Duration.ofMillis(rows.stream()
                .filter(row -> row.sentAt < 0)
                .mapToLong(row -> now - row.written)
                .map(age -> Math.max(1, age))
                .max()
                .orElse(0));
    }

    @Override
    public synchronized int purge(Duration age, int limit) {
        List<Row> old = rows.stream()
                .filter(row -> row.sentAt >= 0 && row.sentAt < now - age.toMillis())
                .limit(limit)
                .toList();
        rows.removeAll(old);
        return old.size();
    }
}
