// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.registry.deadletters.Letter.Decision;
import dev.rivulet.registry.deadletters.Letter.State;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Where dead letters are looked at and decided. */
@Component
public class LetterDesk {

    /** Who parks without saying his name, as replicas do at present. */
    public static final String UNNAMED = "unknown";

    /** There is something to send. */
    public record Decided() {}

    private final LetterStore store;
    private final DeadLettersSettings settings;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    LetterDesk(LetterStore store, DeadLettersSettings settings, ApplicationEventPublisher events, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Takes letters in, in the order in which their readers parked them.
     *
     * @throws IllegalStateException if there is no room: they stay on their topics
     */
    public void receive(List<DeadLetter> letters) {
        long parked =
                store.depths().stream().mapToLong(LetterStore.Depth::letters).sum();
        if (parked >= settings.most()) {
            throw new IllegalStateException(parked + " dead letters are parked; further ones stay on their topics");
        }
        store.change(() -> letters.forEach(letter -> {
            store.receive(letter, clock.instant());
            store.follow(letter);
        }));
        events.publishEvent(new Decided());
    }

    public List<Letter> list(LetterStore.Filter filter) {
        return store.list(filter);
    }

    /** @throws ProblemException if there is none */
    public Letter get(String id) {
        return store.find(id)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "id", "There is no dead letter of this id.")));
    }

    public @Nullable String blockedBy(Letter letter) {
        return store.blockedBy(letter).orElse(null);
    }

    public long behind(Letter letter) {
        return store.behind(letter);
    }

    /** Gives a parked letter another payload, in Protobuf's JSON. */
    public Letter mend(String id, String json) {
        store.change(() -> {
            Letter letter = get(id);
            if (letter.state() != State.PARKED) {
                throw conflict("It is " + letter.state().wire() + "; only what is parked can be changed.");
            }
            store.mend(id, Payloads.bytes(letter.letter(), json));
        });
        return get(id);
    }

    /** Sends a letter back to its reader, and behind it those that wait for it. Sent back already, it changes nothing. */
    public Letter replay(String id, String by, String why) {
        return decide(id, State.SENDING, State.REPLAYED, new Decision(clock.instant(), by, why));
    }

    /** Gives a letter up; those that wait for it go on. Given up already, it changes nothing. */
    public Letter discard(String id, String by, String why) {
        return decide(id, State.DISCARDING, State.DISCARDED, new Decision(clock.instant(), by, why));
    }

    private Letter decide(String id, State next, State end, Decision decision) {
        store.change(() -> {
            Letter letter = get(id);
            if (letter.state() == next || letter.state() == end) {
                return;
            }
            if (letter.state() != State.PARKED) {
                throw conflict("It is " + letter.state().wire() + " already.");
            }
            if (next == State.SENDING) {
                checkReplay(letter);
            }
            store.decide(id, next, decision);
            store.follow(letter.letter());
        });
        events.publishEvent(new Decided());
        return get(id);
    }

    private void checkReplay(Letter letter) {
        if (letter.letter().reader().equals(UNNAMED)) {
            throw conflict("Its reader does not say who it is, and takes nothing back: discard it.");
        }
        store.blockedBy(letter).ifPresent(first -> {
            throw conflict("It waits for " + first + ": send that back, or discard it, and this one follows.");
        });
        if (letter.letter().droppedBytes() > 0 && letter.mended() == null) {
            throw conflict("Its value of " + letter.letter().droppedBytes()
                    + " bytes had no room here: give it a payload first, or discard it.");
        }
    }

    private static ProblemException conflict(String message) {
        return new ProblemException(Problem.of(ProblemCode.CONFLICT, message));
    }
}
