// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Something to be done in a building.
 *
 * @param what it is
 * @param where the room, door or floor
 * @param value degrees, a change in degrees or a percentage, as {@code what} has it; 0 where it has none
 * @param text a colour; null where {@code what} has none
 */
public record Command(
        What what, String where, double value, @Nullable String text) {

    /** All there is. */
    public enum What {
        SET_TEMPERATURE,
        CHANGE_TEMPERATURE,
        LIGHT,
        LIGHT_COLOR,
        OPEN_BLINDS,
        CLOSE_BLINDS,
        LOCK_DOOR,
        UNLOCK_DOOR,
        SILENCE_ALARM;

        /** Whether somebody has to confirm it before it is done. */
        public boolean needsConfirmation() {
            return this == LOCK_DOOR || this == UNLOCK_DOOR || this == SILENCE_ALARM;
        }

        /** As callers write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int LONGEST = 60;
    private static final Set<String> ARTICLES = Set.of("the ");

    public Command {
        if (where.isBlank() || where.length() > LONGEST) {
            throw new IllegalArgumentException("'where' must have 1 to " + LONGEST + " characters.");
        }
        if (text != null && (text.isBlank() || text.length() > LONGEST)) {
            throw new IllegalArgumentException("'text' must have 1 to " + LONGEST + " characters.");
        }
        if (what == What.SET_TEMPERATURE && !(value >= 10 && value <= 30)) {
            throw new IllegalArgumentException("A room is set to 10 to 30 degrees.");
        }
        if (what == What.CHANGE_TEMPERATURE && !(Math.abs(value) <= 10)) {
            throw new IllegalArgumentException("A room is made warmer or cooler by at most 10 degrees.");
        }
        if (what == What.LIGHT && !(value >= 0 && value <= 100)) {
            throw new IllegalArgumentException("A light is at 0 to 100 percent.");
        }
        if (what == What.LIGHT_COLOR && text == null) {
            throw new IllegalArgumentException("'text' must name the colour.");
        }
    }

    /** One without a number or a text. */
    public static Command of(What what, String where) {
        return new Command(what, where, 0, null);
    }

    /** A name of a place as it is known: without its article, in lower case. */
    static String key(String place) {
        String lower = place.strip().toLowerCase(Locale.ROOT);
        return ARTICLES.stream()
                .filter(lower::startsWith)
                .findFirst()
                .map(article -> lower.substring(article.length()))
                .orElse(lower);
    }
}
