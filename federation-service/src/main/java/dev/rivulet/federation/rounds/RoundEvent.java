// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.privacy.Mechanism;
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
     * @param secure null where the service sees each update
     * @param terms null in rounds of a version of this service that did not write them down
     */
    record Opened(
            Instant at,
            long base,
            Set<String> devices,
            RoundPolicy policy,
            @Nullable SecurePolicy secure,
            @Nullable Terms terms)
            implements RoundEvent {
        public Opened {
            devices = Set.copyOf(devices);
            boolean enough = devices.size() >= policy.quorum() || terms != null && terms.asynchronous();
            if (!enough || base < 0) {
                throw new IllegalArgumentException("a round begins with its quorum of devices, from a version");
            }
            if (secure != null && devices.size() < secure.fewest()) {
                throw new IllegalArgumentException("a secure round begins with the devices of a sum");
            }
        }

        /** A round in which each update is seen, under the settings that the federation has. */
        public Opened(Instant at, long base, Set<String> devices, RoundPolicy policy) {
            this(at, base, devices, policy, null, null);
        }

        /** Under the settings that the federation has. */
        public Opened(Instant at, long base, Set<String> devices, RoundPolicy policy, @Nullable SecurePolicy secure) {
            this(at, base, devices, policy, secure, null);
        }

        /** Devices whose updates of earlier rounds still count, and where they began. */
        public Map<String, Origin> carried() {
            return terms == null ? Map.of() : terms.carried();
        }

        /** Whether devices add noise before they mask. */
        public boolean noised() {
            return terms != null && terms.settings().secure().noise() != null;
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
     * The noise that the next version will have is paid for. It is written before the service draws the noise, or before the masks come
     * off a sum to which devices have added theirs, so that nothing is released whose cost is not known.
     *
     * @param mechanism what is released
     * @param devices that contribute, each of which pays its own part
     * @param epsilon of the federation with this round
     * @param delta of that ε
     */
    record Charged(Instant at, Mechanism mechanism, Set<String> devices, double epsilon, double delta)
            implements RoundEvent {
        public Charged {
            devices = Set.copyOf(devices);
        }
    }

    /**
     * The next version is made and kept.
     *
     * @param lossBefore mean loss of the base by examples; null if no device said
     * @param measured how well this version does on the held-out set; null if there is none
     */
    record Aggregated(
            Instant at,
            long version,
            String sha256,
            @Nullable Double lossBefore,
            @Nullable Measured measured) implements RoundEvent {

        /** Of a version that the service has not measured. */
        public Aggregated(Instant at, long version, String sha256, @Nullable Double lossBefore) {
            this(at, version, sha256, lossBefore, null);
        }
    }

    /**
     * How well a version does.
     *
     * @param examples that it was measured with
     * @param loss mean cross-entropy in nats
     * @param accuracy from 0 to 1
     */
    record Measured(int examples, double loss, double accuracy) {}

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
        /** The noised model would have cost more than the privacy budget has left. */
        BUDGET_SPENT,
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
