// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.List;

/** Filters texts that are there as a whole. */
final class Texts {

    /**
     * What became of texts.
     *
     * @param shown the texts as they may be shown; where they are blocked, up to there
     */
    record Filtered(List<String> shown, boolean blocked) {}

    private Texts() {}

    /** Filters one text. */
    static Filtered filter(List<Rule> rules, Findings findings, String text) {
        return filter(rules, findings, List.of(text));
    }

    /** Filters texts that follow each other without a gap: what goes over from one into the next is found too. */
    static Filtered filter(List<Rule> rules, Findings findings, List<String> texts) {
        TextFilter filter = new TextFilter(rules, findings);
        List<StringBuilder> shown = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        int end = 0;
        for (String text : texts) {
            shown.add(new StringBuilder(text.length()));
            end += text.length();
            ends.add(end);
        }
        int at = 0;
        for (String text : texts) {
            for (int from = 0; from < text.length() && !filter.isBlocked(); from += TextFilter.STEP) {
                filter.append(text.substring(from, Math.min(text.length(), from + TextFilter.STEP)));
                at = show(filter, at, ends, shown);
            }
        }
        filter.end();
        show(filter, at, ends, shown);
        return new Filtered(shown.stream().map(StringBuilder::toString).toList(), filter.isBlocked());
    }

    private static int show(TextFilter filter, int from, List<Integer> ends, List<StringBuilder> shown) {
        int at = from;
        int to = filter.decided();
        for (int i = 0; i < ends.size() && at < to; i++) {
            int until = Math.min(to, ends.get(i));
            if (until > at) {
                shown.get(i).append(filter.shown(at, until));
                at = until;
            }
        }
        return at;
    }
}
