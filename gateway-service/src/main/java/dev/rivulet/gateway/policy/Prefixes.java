// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes of an expression one that matches the texts with which its matches may begin, so that a stream is held back only while what
 * it ends with may become a match. Reads the part of RE2's syntax that is in common use; of the rest nothing is said.
 */
final class Prefixes {

    /** What is read at once: itself, and what a part of it may be. */
    private record Item(String self, String begun) {

        static Item sign(String text) {
            return new Item(text, "");
        }
    }

    /** Not read here. */
    private static final class UnknownSyntaxException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnknownSyntaxException() {
            super("unknown syntax", null, false, false);
        }
    }

    private static final int DEEPEST = 50;

    private final String source;
    private int at;
    private int depth;

    private Prefixes(String source) {
        this.source = source;
    }

    /** The expression of what matches may begin with, the empty text among it; null where the expression is not understood. */
    static @Nullable String of(String expression) {
        Prefixes reader = new Prefixes(expression);
        try {
            Item all = reader.alternatives();
            return reader.at == expression.length() ? all.begun() : null;
        } catch (UnknownSyntaxException | IndexOutOfBoundsException | NumberFormatException unknown) {
            return null;
        }
    }

    /** Flags that are set within one alternative hold for those after it. */
    private Item alternatives() {
        if (++depth > DEEPEST) {
            throw new UnknownSyntaxException();
        }
        StringBuilder self = new StringBuilder();
        StringBuilder begun = new StringBuilder();
        StringBuilder flags = new StringBuilder();
        while (true) {
            String before = flags.toString();
            Item one = sequence(flags);
            self.append(one.self());
            begun.append("(?:").append(before).append(one.begun()).append(')');
            if (at >= source.length() || source.charAt(at) != '|') {
                depth--;
                return new Item(self.toString(), begun.toString());
            }
            at++;
            self.append('|');
            begun.append('|');
        }
    }

    private Item sequence(StringBuilder flags) {
        List<Item> items = new ArrayList<>();
        while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
            items.add(quantified(flags));
        }
        StringBuilder self = new StringBuilder();
        items.forEach(item -> self.append(item.self()));
        String begun = items.isEmpty() ? "" : items.getLast().begun();
        for (int i = items.size() - 2; i >= 0; i--) {
            Item item = items.get(i);
            begun = "(?:" + item.begun() + "|" + item.self() + begun + ")";
        }
        return new Item(self.toString(), begun);
    }

    private Item quantified(StringBuilder flags) {
        Item item = atom(flags);
        if (at >= source.length()) {
            return item;
        }
        int begin = at;
        int most = most();
        if (most == -2) {
            return item;
        }
        if (at < source.length() && source.charAt(at) == '?') {
            at++;
        }
        String group = "(?:" + item.self() + ")";
        String before = most == -1 ? group + "*" : most <= 1 ? "" : group + "{0," + (most - 1) + "}";
        return new Item(group + source.substring(begin, at), most == 0 ? "" : before + item.begun());
    }

    /** How often at most: −1 for any number of times, −2 where no quantifier follows. */
    private int most() {
        switch (source.charAt(at)) {
            case '*', '+' -> {
                at++;
                return -1;
            }
            case '?' -> {
                at++;
                return 1;
            }
            case '{' -> {
                int end = source.indexOf('}', at);
                String counts = end < 0 ? "" : source.substring(at + 1, end);
                if (!counts.matches("\\d{1,4}(,\\d{0,4})?")) {
                    throw new UnknownSyntaxException();
                }
                at = end + 1;
                int comma = counts.indexOf(',');
                return counts.endsWith(",") ? -1 : Integer.parseInt(counts.substring(comma + 1));
            }
            default -> {
                return -2;
            }
        }
    }

    private Item atom(StringBuilder flags) {
        int begin = at;
        switch (source.charAt(at)) {
            case '(' -> {
                return group(flags);
            }
            case '[' -> at = endOfClass();
            case '\\' -> at = endOfEscape();
            default -> at += Character.charCount(source.codePointAt(at));
        }
        return Item.sign(source.substring(begin, at));
    }

    private Item group(StringBuilder flags) {
        String opening = "(?:";
        at++;
        if (source.charAt(at) == '?') {
            int name = source.startsWith("?P<", at) || source.startsWith("?<", at) ? source.indexOf('>', at) : -1;
            int end = name;
            if (name < 0) {
                end = at + 1;
                while ("imsU-".indexOf(source.charAt(end)) >= 0) {
                    end++;
                }
                if (source.charAt(end) == ')') {
                    String set = "(" + source.substring(at, end + 1);
                    at = end + 1;
                    flags.append(set);
                    return Item.sign(set);
                }
                if (source.charAt(end) != ':') {
                    throw new UnknownSyntaxException();
                }
                opening = "(" + source.substring(at, end + 1);
            }
            at = end + 1;
        }
        Item inner = alternatives();
        if (source.charAt(at) != ')') {
            throw new UnknownSyntaxException();
        }
        at++;
        return new Item(opening + inner.self() + ")", opening + inner.begun() + ")");
    }

    private int endOfClass() {
        int end = at + 1;
        if (source.charAt(end) == '^') {
            end++;
        }
        if (source.charAt(end) == ']') {
            end++;
        }
        while (source.charAt(end) != ']') {
            if (source.charAt(end) == '\\') {
                end++;
            } else if (source.startsWith("[:", end)) {
                end = source.indexOf(":]", end) + 1;
                if (end == 0) {
                    throw new UnknownSyntaxException();
                }
            }
            end++;
        }
        return end + 1;
    }

    private int endOfEscape() {
        char kind = source.charAt(at + 1);
        if (kind == 'p' || kind == 'P' || kind == 'x') {
            if (source.charAt(at + 2) == '{') {
                return source.indexOf('}', at) + 1;
            }
            return at + (kind == 'x' ? 4 : 3);
        }
        if (kind == 'Q' || kind == 'E' || kind == 'C' || Character.isDigit(kind) || Character.isSurrogate(kind)) {
            throw new UnknownSyntaxException();
        }
        return at + 2;
    }
}
