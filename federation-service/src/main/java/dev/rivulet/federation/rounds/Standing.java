// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.Optional;

/**
 * What a federation is doing.
 *
 * @param stop why no further round begins; empty if one may
 * @param round the one that goes on, or the last
 * @param state of the round that goes on; {@link RoundState.Unopened} between two
 */
public record Standing(
        Federation federation, Progress progress, Optional<Stopping.Stop> stop, long round, RoundState state) {

    /** The settings of the round that goes on; of the next one between two. */
    public FederationSettings inForce() {
        return state.soFar()
                .map(collected -> collected.opened().terms())
                .map(RoundEvent.Terms::settings)
                .orElse(federation.settings());
    }
}
