// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.privacy.Mechanism;
import dev.rivulet.federation.rounds.RoundEvent.Measured;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a round is told. */
public sealed interface RoundInput {

    /**
     * Time has passed.
     *
     * @param dead devices that are not heard of
     */
    record Tick(Set<String> dead) implements RoundInput {}

    /** A device's update was judged as usable. */
    record Usable(String device, Contribution contribution) implements RoundInput {}

    /** The masks are off the sum of a secure round, which is kept. */
    record Summed(RoundEvent.Sum sum) implements RoundInput {}

    /**
     * A secure round has no sum.
     *
     * @param detail for people
     */
    record Unsummed(RoundEvent.Failure why, String detail) implements RoundInput {}

    /** A device will give no update. */
    record NoUpdate(String device, String reason) implements RoundInput {}

    /** The next version was made. */
    record Made(
            long version,
            String sha256,
            @Nullable Double lossBefore,
            @Nullable Measured measured) implements RoundInput {

        /** Of a version that the service has not measured. */
        public Made(long version, String sha256, @Nullable Double lossBefore) {
            this(version, sha256, lossBefore, null);
        }
    }

    /** More devices are given work. */
    record Join(Set<String> devices) implements RoundInput {}

    /** The noise is within the privacy budget. */
    record Charge(Mechanism mechanism, double epsilon, double delta) implements RoundInput {}

    /** The noise is not. */
    record Overdrawn() implements RoundInput {}

    /** No version can be made. */
    record NotMade() implements RoundInput {}

    /** Devices may have the version. */
    record Out() implements RoundInput {}
}
