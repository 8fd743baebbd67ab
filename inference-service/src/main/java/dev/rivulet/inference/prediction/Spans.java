// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import dev.rivulet.engine.Encoding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Labels of tokens as spans of the text. The first token of a word decides for the word; {@code B-} opens a span, {@code I-} of
 * the same label prolongs it or opens one where none is open; labels without such a prefix prolong the same label beside them.
 */
final class Spans {

    private static final String OUTSIDE = "O";

    private final String text;
    private final List<Span> found = new ArrayList<>();
    private @Nullable String open;
    private int start;
    private int end;
    private double sum;
    private int words;

    /**
     * A span.
     *
     * @param start of its first character in the text, in Unicode code points
     * @param end after its last
     * @param score mean probability of its words' labels
     */
    record Span(String label, int start, int end, String text, double score) {}

    private Spans(String text) {
        this.text = text;
    }

    /** Spans of the first text of a row. @param logits {@code [length, labels]} */
    static List<Span> of(String text, Encoding row, float[] logits, List<String> labels) {
        Spans spans = new Spans(text);
        int word = -1;
        for (int token = 0; token < row.length(); token++) {
            if (row.sources()[token] != 0) {
                continue;
            }
            if (row.words()[token] >= 0 && row.words()[token] == word) {
                spans.widen(row.ends()[token]);
                continue;
            }
            word = row.words()[token];
            double[] scores = Scores.of(logits, token * labels.size(), labels.size(), false);
            int best = Scores.best(scores);
            spans.word(labels.get(best), scores[best], row.starts()[token], row.ends()[token]);
        }
        spans.close();
        return List.copyOf(spans.found);
    }

    private void word(String tag, double score, int from, int to) {
        boolean begins = tag.startsWith("B-");
        String label = begins || tag.startsWith("I-") ? tag.substring(2) : tag;
        if (begins || !label.equals(open)) {
            close();
        }
        if (label.equals(OUTSIDE)) {
            return;
        }
        if (open == null) {
            open = label;
            start = from;
        }
        end = to;
        sum += score;
        words++;
    }

    private void widen(int to) {
        end = open == null ? end : to;
    }

    private void close() {
        if (open != null) {
            int before = text.codePointCount(0, start);
            found.add(new Span(
                    open, before, before + text.codePointCount(start, end), text.substring(start, end), sum / words));
        }
        open = null;
        sum = 0;
        words = 0;
    }
}
