// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters;

import dev.rivulet.reading.DeadLetter;
import dev.rivulet.registry.deadletters.Letter.Decision;
import dev.rivulet.registry.deadletters.Letter.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Dead letters of the whole platform. */
public interface LetterStore {

    /**
     * Which letters to list; what is null is not asked for.
     *
     * @param before parked before this moment
     * @param after those that stand behind this place
     * @param limit 1 and up
     */
    record Filter(
            @Nullable String topic,
            @Nullable String reader,
            @Nullable String cause,
            @Nullable State state,
            @Nullable Instant before,
            long after,
            int limit) {}

    /** What a reader has parked. */
    record Depth(String reader, long letters, Instant oldest) {}

    /** One change at a time: runs it in a transaction that no other change of letters overlaps. */
    void change(Runnable work);

    /** Takes a letter in; a copy of one that is known, or that was sent back since, changes nothing. */
    void receive(DeadLetter letter, Instant now);

    /** Oldest first. */
    List<Letter> list(Filter filter);

    Optional<Letter> find(String id);

    /** The letter that one of the same key has to wait for: the earliest that is parked for a fault of its own. */
    Optional<String> blockedBy(Letter letter);

    /** How many letters wait behind one. */
    long behind(Letter letter);

    void mend(String id, byte[] payload);

    /** Puts a parked letter on its way, back to its reader or away. */
    void decide(String id, State next, Decision decision);

    /** Puts on their way the letters of the same key that wait for nothing any more. */
    void follow(DeadLetter of);

    /**
     * Hands over letters on their way in the order of their topics, and takes note that they went.
     *
     * @return how many; 0 also if another registry is at it
     */
    int send(int limit, Consumer<Letter> sender);

    /** What is parked, by reader. */
    List<Depth> depths();

    /** Forgets letters that were decided longer ago. */
    int purge(Duration age, int limit);
}
