package dev.rivulet.federation.rounds;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What happened in a round. A round is its events and nothing else. */
public sealed interface RoundEvent {

    Instant at();

    /**
     * It began.
     *
     * @param base version that devices train from
     * @param devices that were selected
     * @param secure null where the service sees each update
     */
    record Opened(
            Instant at,
            long base,
            Set<String> devices,
            RoundPolicy policy,
            @Nullable SecurePolicy secure) implements RoundEvent {
        public Opened {
            devices = Set.copyOf(devices);
            if (devices.size() < policy.quorum() || base < 0) {
                throw new IllegalArgumentException("a round begins with its quorum of devices, from a version");
            }
            if (secure != null && devices.size() < secure.fewest()) {
                throw new IllegalArgumentException("a secure round begins with the devices of a sum");
            }
        }

        /** A round in which each update is seen. */
        public Opened(Instant at, long base, Set<String> devices, RoundPolicy policy) {
            this(at, base, devices, policy, null);
        }
    }

    /**
     * A device's update was judged as usable and counts. In a secure round its masked vector came: digest and size are of the message,
     * weight and metrics are not known.
     */
    record Counted(Instant at, String device, Contribution contribution) implements RoundEvent {}

    /**
     * A device will give no update.
     *
     * @param reason stable: {@code dead}, {@code opted-out}, the code of a refusal, or {@code reported-} and what the device said
     */
    record Dropped(Instant at, String device, String reason) implements RoundEvent {}

    /**
     * No more updates count.
     *
     * @param sum of a secure round; null otherwise
     */
    record Closed(Instant at, Closing why, @Nullable Sum sum) implements RoundEvent {

        /** The end of a round in which each update is seen. */
        public Closed(Instant at, Closing why) {
            this(at, why, null);
        }
    }

    /**
     * What a secure round summed; its bytes are elsewhere.
     *
     * @param sha256 of the bytes: integers of 32 bits, little-endian
     * @param devices whose vectors are in it: those that the round counted
     */
    record Sum(String sha256, long size, int devices) {}

    /**
     * The next version is made and kept.
     *
     * @param lossBefore mean loss of the base by examples; null if no device said
     */
    record Aggregated(
            Instant at,
            long version,
            String sha256,
            @Nullable Double lossBefore) implements RoundEvent {}

    /** Devices may have the next version: the round is over. */
    record Published(Instant at) implements RoundEvent {}

    /**
     * The round is over without a new version.
     *
     * @param detail for people; null where the reason says all
     */
    record Failed(Instant at, Failure why, @Nullable String detail) implements RoundEvent {

        /** A failure that says all. */
        public Failed(Instant at, Failure why) {
            this(at, why, null);
        }
    }

    /** Why a round takes no more updates. */
    enum Closing {
        /** It has as many as it wanted. */
        GOAL,
        /** Every device has answered. */
        ALL_ANSWERED,
        /** It has its quorum, and the slow were waited for long enough. */
        CUT_OFF,
        /** The masks are off the sum of a secure round. */
        SUMMED
    }

    /** Why a round made no version. */
    enum Failure {
        /** The deadline came before the quorum. */
        QUORUM_MISSED,
        /** Too many devices dropped out: the quorum could not be reached any more. */
        QUORUM_IMPOSSIBLE,
        /** The updates could not be made into a model. */
        NOT_AGGREGABLE,
        /** A secure round has no sum: too few devices were left at a step, or their shares do not fit; the detail says which. */
        NOT_SUMMED,
        /** The service ended in the middle of a secure round, whose keys and shares are kept nowhere. */
        INTERRUPTED
    }

    /** Sorted, for whoever writes it down. */
    static Set<String> sorted(Set<String> devices) {
        return new TreeSet<>(devices);
    }
}
