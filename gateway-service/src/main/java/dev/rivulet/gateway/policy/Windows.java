// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.List;

/** Cuts texts into pieces that a classifier reads, each of which overlaps with the one before by a quarter. */
final class Windows {

    /**
     * A piece of a text.
     *
     * @param from where it begins
     */
    record Window(int from, String text) {}

    private Windows() {}

    /** How many new characters a window has. */
    static int step(int size) {
        return size - size / 4;
    }

    /** The pieces of a text; none of a blank one. */
    static List<Window> of(String text, int size) {
        List<Window> windows = new ArrayList<>();
        int from = 0;
        while (!text.isBlank() && from < text.length()) {
            int to = whole(text, Math.min(text.length(), from + size));
            windows.add(new Window(from, text.substring(from, to)));
            if (to == text.length()) {
                break;
            }
            from = whole(text, from + step(size));
        }
        return windows;
    }

    /** The end of a text that is read again with what comes next. */
    static String overlap(String text, int size) {
        return text.substring(whole(text, Math.max(0, text.length() - size / 4)));
    }

    private static int whole(String text, int place) {
        boolean within = place > 0
                && place < text.length()
                && Character.isHighSurrogate(text.charAt(place - 1))
                && Character.isLowSurrogate(text.charAt(place));
        return within ? place + 1 : place;
    }
}
