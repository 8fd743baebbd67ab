// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Instant;
import java.util.Optional;

/**
 * What of a federation is known and written, for whoever asks while something is being written.
 *
 * @param round that goes on; 0 if none does
 */
record Seen(Standing standing, long round) {

    /** Why a device may not send an update for a round; empty if it may. */
    Optional<Refused> objection(long asked, String device) {
        return round == 0 || !meant(standing.state(), round, asked, device)
                ? Optional.of(noSuchRound(standing.progress(), asked))
                : Round.objection(standing.state(), device);
    }

    /** The work of a device whose answer a round that collects misses. */
    Optional<Given> missing(String device, Instant now) {
        if (standing.state() instanceof Collecting collecting && collecting.awaits(device)) {
            Origin origin = collecting.origin(device, round);
            return Optional.of(new Given(origin.round(), origin.base(), due(collecting.opened(), now)));
        }
        return Optional.empty();
    }

    /** Until when work that is given now has time. */
    static Instant due(Opened opened, Instant now) {
        return (opened.asynchronous() ? now : opened.at()).plus(opened.policy().deadline());
    }

    /** Whether a round counts what it is told of that one. */
    static boolean meant(RoundState state, long goesOn, long asked, RoundInput input) {
        return switch (input) {
            case RoundInput.Usable usable -> meant(state, goesOn, asked, usable.device());
            case RoundInput.NoUpdate none -> meant(state, goesOn, asked, none.device());
            default -> goesOn == asked;
        };
    }

    /** Of a device: of its own, or of the one in which it was given its work. */
    private static boolean meant(RoundState state, long goesOn, long asked, String device) {
        Origin origin = state.soFar()
                .map(collected -> collected.opened().carried().get(device))
                .orElse(null);
        return origin == null ? goesOn == asked : origin.round() == asked;
    }

    static Refused noSuchRound(Progress progress, long asked) {
        return asked >= 1 && asked <= progress.lastRound()
                ? new Refused(RefusalCode.LATE, "the round is over")
                : new Refused(RefusalCode.UNKNOWN_ROUND, "the federation has no such round");
    }
}
