// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters;

import dev.rivulet.reading.DeadLetter;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter and what people did with it.
 *
 * @param letter as its reader parked it last; its round is how often it was sent back
 * @param seq where it stands in lists
 * @param mended the payload that people gave it in place of its own
 * @param parkedAt when the registry heard of it last
 * @param decision what was decided last
 */
public record Letter(
        DeadLetter letter,
        long seq,
        State state,
        byte @Nullable [] mended,
        Instant parkedAt,
        @Nullable Decision decision) {

    /** Where it stands. */
    public enum State {
        /** It waits for people, or for the one before it. */
        PARKED,
        /** It is on its way back to its reader. */
        SENDING,
        /** It was sent back; if its reader can't take it, it is parked again. */
        REPLAYED,
        /** Its reader is being told that it was given up. */
        DISCARDING,
        /** It was given up. */
        DISCARDED;

        /** As JSON and the database say it. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The state of a name; an unknown one is none. */
        public static @Nullable State of(String wire) {
            for (State state : values()) {
                if (state.wire().equals(wire)) {
                    return state;
                }
            }
            return null;
        }
    }

    /**
     * What people decided.
     *
     * @param by who; empty if he did not say
     * @param why the reason given; may be empty
     */
    public record Decision(Instant at, String by, String why) {}

    public String id() {
        return letter.id();
    }
}
