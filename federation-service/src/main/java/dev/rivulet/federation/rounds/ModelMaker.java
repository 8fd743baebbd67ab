package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundState.Collecting;

/** What a round asks for beyond its events. Each may be asked for again after a crash, and then does the same once more. */
interface ModelMaker {

    /** Makes the next version and keeps its bytes: {@link RoundInput.Made} or {@link RoundInput.NotMade}. */
    RoundInput make(Federation federation, long round, Collecting collected);

    /** Keeps that there is a version that was made. */
    void keep(Federation federation, long round, RoundInput.Made made);

    /** Lets devices have a version. */
    void publish(Federation federation, long version);

    /** What a round that is over no longer needs. */
    void forget(Federation federation, long round);
}
