package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundState.Collecting;

/** What a round asks for beyond its events. Each may be asked for again after a crash, and then does the same once more. */
interface ModelMaker {

    /** Makes and keeps the next version: {@link RoundInput.Made} or {@link RoundInput.NotMade}. */
    RoundInput make(Federation federation, long round, Collecting collected);

    /** Lets devices have a version. */
    void publish(Federation federation, long version);

    /** What a round that is over no longer needs. */
    void forget(Federation federation, long round);
}
