// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Filters one text that comes in pieces. Every rule looks at the text as it came; what several of them redact is replaced once, by
 * the replacement of what begins first, and among those by that of the first rule. Nothing that a rule flags is held back; of the
 * rest at most as many characters as the longest match of a rule may have, while they may become a match. Used by one thread at a
 * time.
 */
final class TextFilter {

    /** Long pieces are looked at in such steps, so that the time is linear in the text. */
    static final int STEP = 1_024;

    private static final int NEVER = Integer.MAX_VALUE;
    private static final Comparator<Edit> BY_PLACE =
            Comparator.comparingInt(Edit::from).thenComparingInt(Edit::order);

    /** What is to be replaced. */
    private record Edit(int from, int to, int order, String replacement) {}

    private record Looking(Rule rule, Detector detector, Scanner scanner) {}

    private final List<Looking> looking = new ArrayList<>();
    private final Findings findings;
    private final StringBuilder held = new StringBuilder();
    private final List<Edit> edits = new ArrayList<>();
    private int base;
    private int shown;
    private int covered;
    private int blockedAt = NEVER;
    private char waiting;

    TextFilter(List<Rule> rules, Findings findings) {
        this.findings = findings;
        rules.forEach(rule ->
                rule.detectors().forEach(detector -> looking.add(new Looking(rule, detector, new Scanner(detector)))));
    }

    /** What rules hold back at most, in characters. */
    static int bound(List<Rule> rules) {
        return rules.stream()
                .filter(rule -> rule.action() != Action.FLAG)
                .flatMap(rule -> rule.detectors().stream())
                .mapToInt(Detector::longest)
                .max()
                .orElse(0);
    }

    /** The next piece. */
    void append(String piece) {
        int from = 0;
        while (from < piece.length()) {
            int to = Math.min(piece.length(), from + STEP);
            if (waiting != 0) {
                held.append(waiting);
                waiting = 0;
            }
            held.append(piece, from, to);
            char last = held.charAt(held.length() - 1);
            if (Character.isHighSurrogate(last)) {
                waiting = last;
                held.setLength(held.length() - 1);
            }
            scan(false);
            from = to;
        }
    }

    /** Nothing more comes. */
    void end() {
        if (waiting != 0) {
            held.append(waiting);
            waiting = 0;
        }
        scan(true);
    }

    /** Up to where it is decided what is shown: a place in the whole text. */
    int decided() {
        return Math.min(undecided(), blockedAt);
    }

    /** Whether the text ends where it is {@link #decided}, whatever comes. */
    boolean isBlocked() {
        return blockedAt != NEVER && undecided() >= blockedAt;
    }

    /**
     * The text between two places as it may be shown. To be asked for from the beginning to the end, once each.
     *
     * @param to at most what is {@link #decided}
     */
    String shown(int from, int to) {
        StringBuilder out = new StringBuilder(to - from);
        int at = from;
        int next = 0;
        while (at < to) {
            // What overlaps with what is being replaced is replaced with it.
            while (next < edits.size() && edits.get(next).from() < covered) {
                covered = Math.max(covered, edits.get(next++).to());
            }
            if (at < covered) {
                at = Math.min(covered, to);
            } else if (next == edits.size() || edits.get(next).from() >= to) {
                out.append(held, at - base, to - base);
                at = to;
            } else {
                Edit edit = edits.get(next++);
                out.append(held, at - base, edit.from() - base).append(edit.replacement());
                at = edit.from();
                covered = edit.to();
            }
        }
        shown = to;
        forget();
        return out.toString();
    }

    private int undecided() {
        int least = base + held.length();
        for (Looking one : looking) {
            if (one.rule().action() != Action.FLAG) {
                least = Math.min(least, base + one.scanner().decided());
            }
        }
        return least;
    }

    private void scan(boolean whole) {
        int known = edits.size();
        for (int i = 0; i < looking.size(); i++) {
            Looking one = looking.get(i);
            int order = i;
            one.scanner().scan(held, whole, (from, to) -> found(one, order, base + from, base + to));
        }
        if (edits.size() > known) {
            // Only what was undecided until now may lie before the new ones.
            int first = edits.subList(known, edits.size()).stream()
                    .mapToInt(Edit::from)
                    .min()
                    .orElse(0);
            int out = known;
            while (out > 0 && edits.get(out - 1).from() >= first) {
                out--;
            }
            edits.subList(out, edits.size()).sort(BY_PLACE);
        }
        forget();
    }

    private void found(Looking by, int order, int from, int to) {
        findings.found(by.rule().filter(), by.rule().action());
        switch (by.rule().action()) {
            case FLAG -> {}
            case BLOCK -> blockedAt = Math.min(blockedAt, from);
            case REDACT -> edits.add(new Edit(from, to, order, by.detector().replacement()));
        }
    }

    /** Lets go of what nobody looks at any more. */
    private void forget() {
        int done = 0;
        while (done < edits.size() && edits.get(done).to() <= shown) {
            done++;
        }
        edits.subList(0, done).clear();
        int needed = shown;
        for (Looking one : looking) {
            needed = Math.min(needed, base + one.scanner().decided());
        }
        int count = needed - base - Scanner.CONTEXT;
        if (count >= STEP) {
            held.delete(0, count);
            base += count;
            looking.forEach(one -> one.scanner().dropped(count));
        }
    }
}
