// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import dev.rivulet.inference.grammar.Regex.Choice;
import dev.rivulet.inference.grammar.Regex.One;
import dev.rivulet.inference.grammar.Regex.Repeat;
import dev.rivulet.inference.grammar.Regex.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads regular expressions: characters, classes, groups, {@code | * + ? {m,n}}, the usual escapes, and {@code ^} and {@code $} at
 * the ends of the whole or of an alternative of it. What has no automaton (look-around, back references, word borders) is refused.
 */
final class RegexParser {

    private static final int MAX_LENGTH = 10_000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_REPEAT = 10_000;
    private static final CodePoints LINE_ENDS = CodePoints.of("\n\r\u2028\u2029");
    private static final Regex ANYTHING = new Repeat(new One(CodePoints.ALL), 0, -1);

    private final String source;
    private final boolean search;
    private int at;
    private int depth;

    private RegexParser(String source, boolean search) {
        this.source = source;
        this.search = search;
    }

    /** An expression that a whole text must match. */
    static Regex whole(String source) throws GrammarRefusedException {
        return new RegexParser(source, false).parse();
    }

    /** An expression that a text must contain, as JSON Schema's {@code pattern}; without its anchors. */
    static Regex search(String source) throws GrammarRefusedException {
        return new RegexParser(source, true).parse();
    }

    private Regex parse() throws GrammarRefusedException {
        if (source.length() > MAX_LENGTH) {
            throw refuse("may have " + MAX_LENGTH + " characters at most");
        }
        List<Regex> alternatives = new ArrayList<>();
        do {
            boolean fromStart = take('^');
            Regex body = sequence();
            boolean toEnd = take('$');
            List<Regex> parts = new ArrayList<>();
            if (search && !fromStart) {
                parts.add(ANYTHING);
            }
            parts.add(body);
            if (search && !toEnd) {
                parts.add(ANYTHING);
            }
            alternatives.add(new Sequence(parts));
        } while (take('|'));
        if (at < source.length()) {
            throw refuse(
                    source.charAt(at) == ')'
                            ? "has an unopened ')' at " + at
                            : "has an anchor in its middle, at " + at + ", which is not supported");
        }
        return new Choice(alternatives);
    }

    private Regex alternatives() throws GrammarRefusedException {
        List<Regex> parts = new ArrayList<>();
        do {
            parts.add(sequence());
        } while (take('|'));
        return parts.size() == 1 ? parts.getFirst() : new Choice(parts);
    }

    private Regex sequence() throws GrammarRefusedException {
        List<Regex> parts = new ArrayList<>();
        while (at < source.length() && "|)$^".indexOf(source.charAt(at)) < 0) {
            parts.add(quantified(atom()));
        }
        return parts.size() == 1 ? parts.getFirst() : new Sequence(parts);
    }

    private Regex atom() throws GrammarRefusedException {
        int c = next();
        return switch (c) {
            case '(' -> group();
            case '[' -> new One(characterClass());
            case '.' -> new One(CodePoints.ALL.minus(LINE_ENDS));
            case '\\' -> new One(escape());
            case '*', '+', '?' -> throw refuse("has nothing to repeat at " + (at - 1));
            default -> new One(CodePoints.of(c, c));
        };
    }

    private Regex group() throws GrammarRefusedException {
        if (take('?') && !take(':')) {
            boolean named = source.startsWith("<", at)
                    && !source.startsWith("<=", at)
                    && !source.startsWith("<!", at)
                    && source.indexOf('>', at) > 0;
            if (!named) {
                throw refuse("has a look-around or an option at " + at + ", which is not supported");
            }
            at = source.indexOf('>', at) + 1;
        }
        if (++depth > MAX_DEPTH) {
            throw refuse("is nested deeper than " + MAX_DEPTH);
        }
        Regex inner = alternatives();
        depth--;
        if (!take(')')) {
            throw refuse("has an unfinished group or an anchor within one, which is not supported");
        }
        return inner;
    }

    private Regex quantified(Regex atom) throws GrammarRefusedException {
        Regex found = atom;
        while (at < source.length()) {
            if (take('*')) {
                found = new Repeat(found, 0, -1);
            } else if (take('+')) {
                found = new Repeat(found, 1, -1);
            } else if (take('?')) {
                found = new Repeat(found, 0, 1);
            } else if (source.startsWith("{", at)) {
                found = counted(found);
            } else {
                return found;
            }
            take('?');
        }
        return found;
    }

    private Regex counted(Regex part) throws GrammarRefusedException {
        int end = source.indexOf('}', at);
        String[] counts =
                end < 0 ? new String[0] : source.substring(at + 1, end).split(",", -1);
        if (counts.length < 1 || counts.length > 2) {
            throw refuse("has an unfinished repetition at " + at);
        }
        int least = count(counts[0]);
        int most = counts.length == 1 ? least : counts[1].isEmpty() ? -1 : count(counts[1]);
        if (most >= 0 && most < least) {
            throw refuse("has a repetition whose end is before its beginning at " + at);
        }
        at = end + 1;
        return new Repeat(part, least, most);
    }

    private int count(String digits) throws GrammarRefusedException {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refuse("has a repetition that is no number at " + at);
        }
        int count = Integer.parseInt(digits);
        if (count > MAX_REPEAT) {
            throw refuse("repeats more than " + MAX_REPEAT + " times");
        }
        return count;
    }

    private CodePoints characterClass() throws GrammarRefusedException {
        boolean negated = take('^');
        CodePoints found = new CodePoints(List.of());
        boolean first = true;
        while (first || !source.startsWith("]", at)) {
            CodePoints low = classAtom();
            boolean range = source.startsWith("-", at) && !source.startsWith("-]", at) && single(low);
            if (range) {
                at++;
                CodePoints high = classAtom();
                int from = low.ranges().getFirst().low();
                int to = single(high) ? high.ranges().getFirst().low() : -1;
                if (to < from) {
                    throw refuse("has a range that ends before it begins at " + at);
                }
                low = CodePoints.of(from, to);
            }
            found = found.or(low);
            first = false;
        }
        at++;
        return negated ? found.not() : found;
    }

    private static boolean single(CodePoints points) {
        return points.ranges().size() == 1
                && points.ranges().getFirst().low()
                        == points.ranges().getFirst().high();
    }

    private CodePoints classAtom() throws GrammarRefusedException {
        int c = next();
        if (c == '\\') {
            return take('b') ? CodePoints.of(8, 8) : take('-') ? CodePoints.of('-', '-') : escape();
        }
        return CodePoints.of(c, c);
    }

    private CodePoints escape() throws GrammarRefusedException {
        int c = next();
        return switch (c) {
            case 'd' -> CodePoints.of('0', '9');
            case 'D' -> CodePoints.of('0', '9').not();
            case 'w' -> word();
            case 'W' -> word().not();
            case 's' -> space();
            case 'S' -> space().not();
            case 'n' -> CodePoints.of("\n");
            case 'r' -> CodePoints.of("\r");
            case 't' -> CodePoints.of("\t");
            case 'f' -> CodePoints.of("\f");
            case 'v' -> CodePoints.of(11, 11);
            case 'x' -> hex(2);
            case 'u' -> hex(4);
            default -> {
                if (Character.isLetterOrDigit(c)) {
                    throw refuse("has '\\" + Character.toString(c) + "', which is not supported");
                }
                yield CodePoints.of(c, c);
            }
        };
    }

    private static CodePoints word() {
        return CodePoints.of("_")
                .or(CodePoints.of('0', '9'))
                .or(CodePoints.of('a', 'z'))
                .or(CodePoints.of('A', 'Z'));
    }

    private static CodePoints space() {
        return CodePoints.of(" \t\n\r\f\u000b\u00a0\ufeff\u2028\u2029\u1680\u202f\u205f\u3000")
                .or(CodePoints.of(0x2000, 0x200a));
    }

    private CodePoints hex(int digits) throws GrammarRefusedException {
        String text = source.substring(at, Math.min(source.length(), at + digits));
        boolean valid = text.length() == digits && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        if (!valid) {
            throw refuse("has an unfinished escape at " + at);
        }
        at += digits;
        int point = Integer.parseInt(text, 16);
        if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            throw refuse("has half of a surrogate pair at " + at);
        }
        return CodePoints.of(point, point);
    }

    private boolean take(char c) {
        boolean there = at < source.length() && source.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private int next() throws GrammarRefusedException {
        if (at >= source.length()) {
            throw refuse("ends too soon");
        }
        int c = source.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }

    private static GrammarRefusedException refuse(String message) {
        return new GrammarRefusedException("", message);
    }
}
