package dev.rivulet.events;

import java.time.Duration;

/**
 * One business concept.
 *
 * @param name {@code domain.aggregate.event}
 * @param key what the record key is
 * @param partitions 1 to 64
 * @param kind whether the newest record of a key holds, or all are kept for a time
 * @param retention how long records of a log are kept; ignored for a state
 * @param owner the service that alone writes it
 */
public record Topic(String name, String key, int partitions, Kind kind, Duration retention, String owner) {

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

    public Topic {
        if (partitions < 1 || partitions > 64) {
            throw new IllegalArgumentException("partitions must be 1 to 64, was " + partitions);
        }
    }
}
