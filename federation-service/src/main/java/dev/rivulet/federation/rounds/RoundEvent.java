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
     */
    record Opened(Instant at, long base, Set<String> devices, RoundPolicy policy) implements RoundEvent {
        public Opened {
            devices = Set.copyOf(devices);
            if (devices.size() < policy.quorum() || base < 0) {
                throw new IllegalArgumentException("a round begins with its quorum of devices, from a version");
            }
        }
    }

    /** A device's update was judged as usable and counts. */
    record Counted(Instant at, String device, Contribution contribution) implements RoundEvent {}

    /**
     * A device will give no update.
     *
     * @param reason stable: {@code dead}, {@code opted-out}, the code of a refusal, or {@code reported-} and what the device said
     */
    record Dropped(Instant at, String device, String reason) implements RoundEvent {}

    /** No more updates count. */
    record Closed(Instant at, Closing why) implements RoundEvent {}

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

    /** The round is over without a new version. */
    record Failed(Instant at, Failure why) implements RoundEvent {}

    /** Why a round takes no more updates. */
    enum Closing {
        /** It has as many as it wanted. */
        GOAL,
        /** Every device has answered. */
        ALL_ANSWERED,
        /** It has its quorum, and the slow were waited for long enough. */
        CUT_OFF
    }

    /** Why a round made no version. */
    enum Failure {
        /** The deadline came before the quorum. */
        QUORUM_MISSED,
        /** Too many devices dropped out: the quorum could not be reached any more. */
        QUORUM_IMPOSSIBLE,
        /** The updates could not be made into a model. */
        NOT_AGGREGABLE
    }

    /** Sorted, for whoever writes it down. */
    static Set<String> sorted(Set<String> devices) {
        return new TreeSet<>(devices);
    }
}
