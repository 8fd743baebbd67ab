// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.doctor;

import java.util.Locale;

/**
 * What a check found.
 *
 * @param check what was looked at
 * @param level how bad it is
 * @param found what is so
 * @param mend how to mend it; empty where nothing is to be mended
 */
record Finding(String check, Level level, String found, String mend) {

    Finding {
        if ((level == Level.GOOD) != mend.isEmpty()) {
            throw new IllegalArgumentException(check + ": what is good needs no mending, and all else does");
        }
    }

    /** How bad it is. */
    enum Level {
        GOOD("✓"),
        /** It works, but slower, or not for long. */
        POOR("!"),
        /** The platform does not start, or fails soon. */
        BAD("✗");

        private final String mark;

        Level(String mark) {
            this.mark = mark;
        }

        String mark() {
            return mark;
        }

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding good(String check, String found) {
        return new Finding(check, Level.GOOD, found, "");
    }

    static Finding poor(String check, String found, String mend) {
        return new Finding(check, Level.POOR, found, mend);
    }

    static Finding bad(String check, String found, String mend) {
        return new Finding(check, Level.BAD, found, mend);
    }
}
