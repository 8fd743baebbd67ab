// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import com.google.re2j.Matcher;

/**
 * Looks for matches of one detector in a text that grows, and tells from where on it can't say yet. What it finds depends on the
 * text alone, never on the pieces in which it came: a match at a place is what the expression finds there within the next {@code
 * longest + 1} characters, if it is no longer than {@code longest}. Matches don't overlap. Used by one thread at a time.
 */
final class Scanner {

    /** What stands before a place decides whether a word begins there; a character takes up to two units. */
    static final int CONTEXT = 2;

    /** Takes what is found. */
    @FunctionalInterface
    interface Found {
        /** @param from, to where it is in the text that is held */
        void match(int from, int to);
    }

    private final Detector detector;
    private int next;

    Scanner(Detector detector) {
        this.detector = detector;
    }

    /** All before this place of the held text is decided. */
    int decided() {
        return next;
    }

    /** The held text has lost so many characters at its beginning. */
    void dropped(int count) {
        next -= count;
    }

    /**
     * Looks at what has come.
     *
     * @param text what is held, with {@link #CONTEXT} characters before the place that is decided
     * @param whole whether nothing more comes
     */
    void scan(CharSequence text, boolean whole, Found found) {
        int end = text.length();
        int open = whole ? end : begun(text, next);
        Matcher matcher = detector.whole().matcher(text);
        while (next < end) {
            if (!matcher.find(next) || matcher.start() >= open) {
                next = open;
                return;
            }
            decide(text, matcher.start(), found);
            if (next > open) {
                open = whole ? end : begun(text, next);
            }
        }
    }

    private void decide(CharSequence text, int from, Found found) {
        int begin = Math.max(0, from - CONTEXT);
        int end = Math.min(text.length(), from + detector.longest() + 1);
        if (isWithinPair(text, end)) {
            end--;
        }
        String window = text.subSequence(begin, end).toString();
        Matcher matcher = detector.whole().matcher(window);
        boolean here = matcher.find(from - begin) && matcher.start() == from - begin;
        int length = here ? matcher.end() - matcher.start() : 0;
        int counts = length == 0 || length > detector.longest()
                ? 0
                : detector.check().applyAsInt(matcher.group());
        if (counts > 0) {
            next = from + counts;
            found.match(from, next);
        } else {
            next = from + Character.charCount(Character.codePointAt(text, from));
        }
    }

    /** The first place from which a match may go on into what has not come yet; the end if there is none. */
    private int begun(CharSequence text, int from) {
        int end = text.length();
        int earliest = Math.max(from, end - detector.longest());
        if (isWithinPair(text, earliest)) {
            earliest++;
        }
        if (detector.begun() == null || earliest >= end) {
            return Math.min(earliest, end);
        }
        Matcher matcher = detector.begun().matcher(text);
        return matcher.find(earliest) ? matcher.start() : end;
    }

    private static boolean isWithinPair(CharSequence text, int place) {
        return place > 0
                && place < text.length()
                && Character.isHighSurrogate(text.charAt(place - 1))
                && Character.isLowSurrogate(text.charAt(place));
    }
}
