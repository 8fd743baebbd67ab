// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.announcements;

import dev.rivulet.events.EventType;
import dev.rivulet.federation.rounds.Federation;
import dev.rivulet.federation.rounds.Witness;
import dev.rivulet.outbox.Outbox;
import org.springframework.stereotype.Component;

/** Writes a fact for each phase that a round comes to, in the transaction of the round's journal. Single updates are not announced. */
@Component
class RoundAnnouncements implements Witness {

    private final Outbox outbox;

    RoundAnnouncements(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void made(Federation federation) {
        // Federations are asked for at the service.
    }

    @Override
    public void running(String federation, boolean running) {
        // As above.
    }

    @Override
    public void wentOn(Step step) {
        RoundFacts.of(step)
                .ifPresent(
                        fact -> outbox.append(EventType.ROUND_CHANGED, step.federation() + "/" + step.round(), fact));
    }
}
