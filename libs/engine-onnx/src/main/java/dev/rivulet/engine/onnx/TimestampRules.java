// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.modelpackage.folder.SpeechTokens;

/**
 * Which tokens may follow in the text of a window ({@code ApplyTimestampRules} of the paper's code): suppressed ones never; times come in pairs
 * but before the end, never go back, and the first is early; and where all times together are likelier than any word, a time follows.
 */
final class TimestampRules {

    private static final float NEVER = Float.NEGATIVE_INFINITY;

    private final SpeechTokens tokens;
    private final boolean timestamps;

    TimestampRules(SpeechTokens tokens, boolean timestamps) {
        this.tokens = tokens;
        this.timestamps = timestamps;
    }

    /**
     * Takes from logits what may not follow.
     *
     * @param logits changed in place
     * @param text tokens of the window so far
     * @param length how many of them there are
     */
    void apply(float[] logits, int[] text, int length) {
        if (length == 0) {
            tokens.suppressedFirst().forEach(token -> exclude(logits, token, token + 1));
        }
        tokens.suppressed().forEach(token -> exclude(logits, token, token + 1));
        if (timestamps) {
            times(logits, text, length);
        }
    }

    private void times(float[] logits, int[] text, int length) {
        int first = tokens.firstTimestamp();
        exclude(logits, tokens.noTimestamps(), first);
        boolean last = length >= 1 && text[length - 1] >= first;
        boolean before = length < 2 || text[length - 2] >= first;
        if (last && before) {
            exclude(logits, first, logits.length);
        } else if (last) {
            exclude(logits, 0, tokens.end());
        }
        exclude(logits, first, earliest(text, length, last && !before));
        if (length == 0) {
            exclude(logits, 0, first);
            if (tokens.latestFirst().isPresent()) {
                exclude(logits, first + tokens.latestFirst().getAsInt() + 1, logits.length);
            }
        }
        if (timesPrevail(logits, first)) {
            exclude(logits, 0, first);
        }
    }

    /** The earliest time that may follow: the last one again where it opens a segment, else one step more. */
    private int earliest(int[] text, int length, boolean again) {
        for (int i = length - 1; i >= 0; i--) {
            if (text[i] >= tokens.firstTimestamp()) {
                return again ? text[i] : text[i] + 1;
            }
        }
        return tokens.firstTimestamp();
    }

    private static boolean timesPrevail(float[] logits, int first) {
        float word = NEVER;
        float time = NEVER;
        for (int i = 0; i < logits.length; i++) {
            if (i < first) {
                word = Math.max(word, logits[i]);
            } else {
                time = Math.max(time, logits[i]);
            }
        }
        if (time == NEVER) {
            return false;
        }
        double sum = 0;
        for (int i = first; i < logits.length; i++) {
            sum += Math.exp(logits[i] - time);
        }
        return time + Math.log(sum) > word;
    }

    private static void exclude(float[] logits, int from, int to) {
        for (int i = Math.max(0, from); i < Math.min(to, logits.length); i++) {
            logits[i] = NEVER;
        }
    }
}
