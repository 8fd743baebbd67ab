// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.tokenizer;

import dev.rivulet.engine.Prompt;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splits a prompt at its special tokens. A special token counts only where it lies wholly in trusted text; the text between is
 * joined across parts, so that it is tokenised as the reference tokenises the whole. Pure and thread-safe.
 */
final class SpecialTokenScanner {

    private final Map<String, AddedToken> tokens = new HashMap<>();
    private final int[] lengths;

    SpecialTokenScanner(List<AddedToken> added) {
        for (AddedToken token : added) {
            if (token.special()) {
                tokens.put(token.text(), token);
            }
        }
        lengths = tokens.keySet().stream()
                .map(String::length)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** A piece of a prompt: one special token, or text without any. */
    sealed interface Piece {}

    record Special(int id) implements Piece {}

    /**
     * @param text never empty
     * @param first whether the prompt begins with it
     */
    record Plain(String text, boolean first) implements Piece {}

    List<Piece> split(Prompt prompt) {
        String text = prompt.text();
        List<Piece> pieces = new ArrayList<>();
        int done = 0;
        int from = 0;
        int part = 0;
        List<Prompt.Part> parts = prompt.parts();
        while (part < parts.size()) {
            int to = from;
            boolean trusted = parts.get(part).trusted();
            while (part < parts.size() && parts.get(part).trusted() == trusted) {
                to += parts.get(part++).text().length();
            }
            if (trusted) {
                done = scan(text, from, to, done, pieces);
            }
            from = to;
        }
        addPlain(text, done, text.length(), pieces);
        return pieces;
    }

    /** Scans trusted text; returns up to where the whole text is split. */
    private int scan(String text, int from, int to, int start, List<Piece> pieces) {
        int done = start;
        int at = Math.max(from, done);
        while (at < to) {
            AddedToken token = longest(text, at, to);
            if (token == null) {
                at++;
                continue;
            }
            int begin = token.stripLeft() ? blanksBefore(text, at, done) : at;
            int end = at + token.text().length();
            addPlain(text, done, begin, pieces);
            pieces.add(new Special(token.id()));
            done = token.stripRight() ? blanksAfter(text, end) : end;
            at = done;
        }
        return done;
    }

    private @Nullable AddedToken longest(String text, int at, int to) {
        for (int length : lengths) {
            AddedToken token = at + length <= to ? tokens.get(text.substring(at, at + length)) : null;
            if (token != null && (!token.singleWord() || standsAlone(text, at, at + length))) {
                return token;
            }
        }
        return null;
    }

    private static boolean standsAlone(String text, int begin, int end) {
        return (begin == 0 || !isWord(text.codePointBefore(begin)))
                && (end == text.length() || !isWord(text.codePointAt(end)));
    }

    private static boolean isWord(int point) {
        return Character.isLetterOrDigit(point) || point == '_';
    }

    private static int blanksBefore(String text, int at, int limit) {
        int begin = at;
        while (begin > limit && Character.isWhitespace(text.charAt(begin - 1))) {
            begin--;
        }
        return begin;
    }

    private static int blanksAfter(String text, int at) {
        int end = at;
        while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static void addPlain(String text, int from, int to, List<Piece> pieces) {
        if (to > from) {
            pieces.add(new Plain(text.substring(from, to), from == 0));
        }
    }
}
