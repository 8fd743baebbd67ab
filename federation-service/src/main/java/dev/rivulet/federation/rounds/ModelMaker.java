// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundState.Aggregating;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.Optional;
import java.util.OptionalInt;

/** What a round asks for beyond its events. Each may be asked for again after a crash, and then does the same once more. */
interface ModelMaker {

    /** Makes and keeps the next version: {@link RoundInput.Made} or {@link RoundInput.NotMade}. */
    RoundInput make(Federation federation, long round, Collecting collected);

    /** Lets the aggregation of a secure round go on: what it came to, as soon as it has. */
    Optional<RoundInput> goOn(Federation federation, long round, Collecting at);

    /** {@link SecureSums#owed} of a secure round. */
    OptionalInt owed(Federation federation, long round);

    /** {@link SecureSums#paid} of a secure round. */
    void paid(Federation federation, long round);

    /** Values of the federation's model. */
    int size(Federation federation);

    /** Makes and keeps the next version of a secure round's sum, as {@link #make} does of updates. */
    RoundInput makeOfSum(Federation federation, long round, Collecting collected, RoundEvent.Sum sum);

    /** One of the two, as the round has closed. */
    default RoundInput made(Federation federation, long round, Aggregating at) {
        RoundEvent.Sum sum = at.closed().sum();
        return sum == null
                ? make(federation, round, at.collected())
                : makeOfSum(federation, round, at.collected(), sum);
    }

    /** Lets devices have a version. */
    void publish(Federation federation, long version);

    /** What a round that is over no longer needs. */
    void forget(Federation federation, long round);
}
