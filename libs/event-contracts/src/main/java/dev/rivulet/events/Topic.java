// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

    /** Partitions that a topic may have. */
    public static final int MOST_PARTITIONS = 64;

    /** Bytes that a record of a topic of the kind {@link Kind#BULK} may have, batch and headers included. */
    public static final int MOST_BYTES = 9 << 20;

    private static final Duration PARKED = Duration.ofDays(14);
    private static final String REGISTRY = "model-registry";

    /** How records age. */
    public enum Kind {
        /** Compacted: the newest record of a key holds. */
        STATE("compact"),
        /** Kept for the retention. */
        LOG("delete"),
        /** Kept for the retention; records may have {@link #MOST_BYTES} bytes. */
        BULK("delete");

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
     * @param loss what becomes of a record that it can't take
     */
    public record Reader(String service, String purpose, Loss loss) {}

    /** What becomes of a record that a reader can't take. */
    public enum Loss {
        /** It is left out: the next record of the key or the next reading of the topic says the same again. */
        LEFT_OUT,
        /** It would be missed: it goes to {@link #deadLetters()}, and comes back by {@link #replays()}. */
        PARKED_AND_TAKEN_BACK
    }

    public Topic {
        readers = List.copyOf(readers);
        if (partitions < 1 || partitions > MOST_PARTITIONS) {
            throw new IllegalArgumentException("partitions must be 1 to " + MOST_PARTITIONS + ", was " + partitions);
        }
    }

    /** A topic that nobody reads yet. */
    public Topic(String name, String key, int partitions, Kind kind, Duration retention, String owner) {
        this(name, key, partitions, kind, retention, owner, List.of());
    }

    /** The same topic with one reader more, who keeps a state in memory and makes it anew from the topic. */
    public Topic readBy(String service, String purpose) {
        return readBy(new Reader(service, purpose, Loss.LEFT_OUT));
    }

    /** The same topic with one reader more, for whom every record has an effect that lasts, and who takes back what was parked. */
    public Topic readForEffectBy(String service, String purpose) {
        return readBy(new Reader(service, purpose, Loss.PARKED_AND_TAKEN_BACK));
    }

    private Topic readBy(Reader reader) {
        List<Reader> more = new ArrayList<>(readers);
        more.add(reader);
        return new Topic(name, key, partitions, kind, retention, owner, more);
    }

    /** Who reads it for an effect; they alone write to {@link #deadLetters()} and read {@link #replays()}. */
    public List<Reader> effectReaders() {
        return readers.stream()
                .filter(reader -> reader.loss() == Loss.PARKED_AND_TAKEN_BACK)
                .toList();
    }

    /**
     * Where a record goes that a reader could not deal with: as it came, with the reason and the attempts in its headers. The
     * registry makes it and keeps what lies there for people; {@link #effectReaders()} write it.
     */
    public Topic deadLetters() {
        return new Topic(name + ".dlq", key, partitions, Kind.LOG, PARKED, REGISTRY)
                .readForEffectBy(REGISTRY, "keeps what was parked, for people to look at, to mend and to send back");
    }

    /** Where the registry sends back what was parked, to the one reader that its headers name. */
    public Topic replays() {
        return new Topic(name + ".replay", key, partitions, Kind.LOG, PARKED, REGISTRY, effectReaders());
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
            case LOG -> kept();
            case BULK -> {
                Map<String, String> all = new TreeMap<>(kept());
                all.put("max.message.bytes", Integer.toString(MOST_BYTES));
                yield Map.copyOf(all);
            }
        };
    }

    private Map<String, String> kept() {
        return Map.of(
                "cleanup.policy", kind.cleanupPolicy(),
                "retention.ms", Long.toString(retention.toMillis()),
                "segment.ms", Long.toString(Math.min(retention.toMillis(), 86_400_000)));
    }
}
