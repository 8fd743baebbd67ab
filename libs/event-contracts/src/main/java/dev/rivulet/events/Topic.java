package dev.rivulet.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One business concept.
 *
 * @param name {@code domain.aggregate.event}
 * @param key what the record key is
 * @param partitions 1 to 64
 * @param kind whether the newest record of a key holds, or all are kept for a time
 * @param retention how long records of a log are kept; ignored for a state
 * @param owner the service that alone writes it
 * @param readers who reads it and what for; empty while nobody does
 */
public record Topic(
        String name, String key, int partitions, Kind kind, Duration retention, String owner, List<Reader> readers) {

    /** How records age. */
    public enum Kind {
        /** Compacted: the newest record of a key holds. */
        STATE("compact"),
        /** Kept for the retention. */
        LOG("delete");

        private final String cleanupPolicy;

        Kind(String cleanupPolicy) {
            this.cleanupPolicy = cleanupPolicy;
        }

        /** Kafka's {@code cleanup.policy}. */
        public String cleanupPolicy() {
            return cleanupPolicy;
        }
    }

    /**
     * Who reads a topic.
     *
     * @param service such as {@code gateway-service}
     * @param purpose what it does with the records, in one line
     */
    public record Reader(String service, String purpose) {}

    public Topic {
        readers = List.copyOf(readers);
        if (partitions < 1 || partitions > 64) {
            throw new IllegalArgumentException("partitions must be 1 to 64, was " + partitions);
        }
    }

    /** A topic that nobody reads yet. */
    public Topic(String name, String key, int partitions, Kind kind, Duration retention, String owner) {
        this(name, key, partitions, kind, retention, owner, List.of());
    }

    /** The same topic with one reader more. */
    public Topic readBy(String service, String purpose) {
        List<Reader> more = new ArrayList<>(readers);
        more.add(new Reader(service, purpose));
        return new Topic(name, key, partitions, kind, retention, owner, more);
    }

    /** Where a record goes that nobody could deal with: as it came, with the reason and the attempts in its headers. */
    public Topic deadLetters() {
        return new Topic(name + ".dlq", key, 1, Kind.LOG, Duration.ofDays(14), owner);
    }

    /**
     * Kafka's settings of this topic; the owner creates it with them. Segments of a state roll and are cleaned within minutes,
     * so that a record a second does not grow it.
     */
    public Map<String, String> settings() {
        return switch (kind) {
            case STATE ->
                Map.of(
                        "cleanup.policy", kind.cleanupPolicy(),
                        "segment.ms", "600000",
                        "max.compaction.lag.ms", "600000",
                        "min.cleanable.dirty.ratio", "0.01",
                        "delete.retention.ms", "86400000");
            case LOG ->
                Map.of(
                        "cleanup.policy", kind.cleanupPolicy(),
                        "retention.ms", Long.toString(retention.toMillis()),
                        "segment.ms", Long.toString(Math.min(retention.toMillis(), 86_400_000)));
        };
    }
}
