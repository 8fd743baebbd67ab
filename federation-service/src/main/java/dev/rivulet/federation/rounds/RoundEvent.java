package dev.rivulet.federation.rounds;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import java.time.Instant;
import java.util.Map;
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
     * @param terms null in rounds of a version of this service that did not write them down
     */
    record Opened(
            Instant at,
            long base,
            Set<String> devices,
            RoundPolicy policy,
            @Nullable Terms terms) implements RoundEvent {
        public Opened {
            devices = Set.copyOf(devices);
            boolean enough = devices.size() >= policy.quorum() || terms != null && terms.asynchronous();
            if (!enough || base < 0) {
                throw new IllegalArgumentException("a round begins with its quorum of devices, from a version");
            }
        }

        /** Under the settings that the federation has. */
        public Opened(Instant at, long base, Set<String> devices, RoundPolicy policy) {
            this(at, base, devices, policy, null);
        }

        /** Devices whose updates of earlier rounds still count, and where they began. */
        public Map<String, Origin> carried() {
            return terms == null ? Map.of() : terms.carried();
        }

        /** Whether devices are given work as long as the round goes on. */
        public boolean asynchronous() {
            return terms != null && terms.asynchronous();
        }
    }

    /**
     * What holds for one round, whatever is changed while it goes on.
     *
     * @param settings of the federation when the round began
     * @param sampling probability with which each of the devices that waited was selected, above 0 and at most 1
     * @param carried devices that have work of earlier rounds
     */
    record Terms(FederationSettings settings, double sampling, Map<String, Origin> carried) {
        public Terms {
            carried = Map.copyOf(carried);
            if (!(sampling > 0 && sampling <= 1)) {
                throw new IllegalArgumentException("a device is selected with a probability above 0 and at most 1");
            }
        }

        boolean asynchronous() {
            return settings.aggregation().asynchronous();
        }
    }

    /**
     * Where a device began.
     *
     * @param round in which it was given its work
     * @param base version that it trains from
     */
    record Origin(long round, long base) {}

    /** More devices were given work, in a round whose updates come at any time. */
    record Joined(Instant at, Set<String> devices) implements RoundEvent {
        public Joined {
            devices = Set.copyOf(devices);
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
     * The noise that the next version will have is paid for. It is written before the noise is drawn, so that no version is released
     * whose cost is not known.
     *
     * @param mechanism what is released
     * @param devices that contribute, each of which pays its own part
     * @param epsilon of the federation with this round
     */
    record Charged(Instant at, SubsampledGaussian mechanism, Set<String> devices, double epsilon)
            implements RoundEvent {
        public Charged {
            devices = Set.copyOf(devices);
        }
    }

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
        NOT_AGGREGABLE,
        /** The noised model would have cost more than the privacy budget has left. */
        BUDGET_SPENT
    }

    /** Sorted, for whoever writes it down. */
    static Set<String> sorted(Set<String> devices) {
        return new TreeSet<>(devices);
    }
}
