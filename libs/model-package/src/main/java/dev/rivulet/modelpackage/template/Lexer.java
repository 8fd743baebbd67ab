// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ModelRejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into tokens, with the white space rules that chat templates are written for: {@code trim_blocks} and
 * {@code lstrip_blocks} on, one newline at the end of the template dropped.
 */
final class Lexer {

    enum Kind {
        DATA,
        OUTPUT_BEGIN,
        OUTPUT_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        TEXT,
        WHOLE,
        REAL,
        OPERATOR,
        END
    }

    /** A token and the line it stands on, from 1. */
    record Token(Kind kind, String text, int line) {
        boolean is(Kind wanted, String content) {
            return kind == wanted && text.equals(content);
        }
    }

    private static final Pattern NUMBER = Pattern.compile("\\d[\\d_]*(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_]\\w*");
    private static final Pattern OPERATOR = Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~<>=.,:|()\\[\\]{}]");
    private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");

    private final String file;
    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int counted;
    private boolean lineStart = true;

    private Lexer(String file, String source) {
        this.file = file;
        String lines = source.replace("\r\n", "\n").replace('\r', '\n');
        this.source = lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
    }

    static List<Token> tokens(String file, String source) throws ModelRejectedException {
        Lexer lexer = new Lexer(file, source);
        while (lexer.at < lexer.source.length()) {
            lexer.next();
        }
        lexer.add(Kind.END, "the end of the template");
        return lexer.tokens;
    }

    private void next() throws ModelRejectedException {
        int tag = nextTag();
        if (tag < 0) {
            data(source.substring(at));
            at = source.length();
            return;
        }
        char kind = source.charAt(tag + 1);
        char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
        data(before(source.substring(at, tag), kind, sign));
        at = tag + (sign == '-' || sign == '+' ? 3 : 2);
        switch (kind) {
            case '#' -> comment(tag);
            case '{' -> inside(Kind.OUTPUT_BEGIN, Kind.OUTPUT_END, "}}");
            default -> block();
        }
    }

    private int nextTag() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Text before a tag, less the white space that the tag takes. */
    private String before(String text, char kind, char sign) {
        if (sign == '-') {
            return Text.trusted(text).strip(null, false, true).value();
        }
        int start = text.lastIndexOf('\n') + 1;
        boolean alone =
                (start > 0 || lineStart) && text.substring(start).chars().allMatch(c -> Text.isBlank((char) c));
        return kind != '{' && sign != '+' && alone ? text.substring(0, start) : text;
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
    }

    private void comment(int begin) throws ModelRejectedException {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            at = begin;
            throw refuse("a comment without end");
        }
        char sign = end > begin + 2 ? source.charAt(end - 1) : ' ';
        at = end + 2;
        after(sign, true);
    }

    private void block() throws ModelRejectedException {
        int first = tokens.size();
        inside(Kind.BLOCK_BEGIN, Kind.BLOCK_END, "%}");
        if (tokens.size() == first + 3 && tokens.get(first + 1).is(Kind.NAME, "raw")) {
            tokens.subList(first, tokens.size()).clear();
            Matcher end = RAW_END.matcher(source);
            if (!end.find(at)) {
                throw refuse("raw without endraw");
            }
            char left = end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0);
            data(before(source.substring(at, end.start()), '%', left));
            at = end.end();
            after(end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0), true);
        }
    }

    /** Takes white space after a tag. */
    private void after(char sign, boolean isBlock) {
        int from = at;
        if (sign == '-') {
            while (at < source.length() && Text.isBlank(source.charAt(at))) {
                at++;
            }
        } else if (isBlock && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lineStart = at > from && source.charAt(at - 1) == '\n';
    }

    private void inside(Kind begin, Kind end, String close) throws ModelRejectedException {
        add(begin, "");
        int open = 0;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (Text.isBlank(c)) {
                at++;
                continue;
            }
            boolean signed = c == '-' || c == '+';
            if (open == 0 && source.startsWith(close, signed ? at + 1 : at)) {
                at += signed ? 3 : 2;
                add(end, close);
                after(signed ? c : ' ', end == Kind.BLOCK_END);
                return;
            }
            open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
            token(c);
        }
        throw refuse("a tag without " + close);
    }

    private void token(char c) throws ModelRejectedException {
        if (c == '"' || c == '\'') {
            text(c);
        } else if (Character.isDigit(c)) {
            String number = match(NUMBER).replace("_", "");
            add(number.chars().allMatch(Character::isDigit) ? Kind.WHOLE : Kind.REAL, number);
        } else if (NAME.matcher(source).region(at, source.length()).lookingAt()) {
            add(Kind.NAME, match(NAME));
        } else {
            add(Kind.OPERATOR, match(OPERATOR));
        }
    }

    private String match(Pattern pattern) throws ModelRejectedException {
        Matcher matcher = pattern.matcher(source).region(at, source.length());
        if (!matcher.lookingAt()) {
            throw refuse("an unexpected character, U+" + Integer.toHexString(source.codePointAt(at)));
        }
        at = matcher.end();
        return matcher.group();
    }

    private void text(char quote) throws ModelRejectedException {
        StringBuilder text = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            if (source.charAt(i) == '\\' && i + 1 < source.length()) {
                i = escape(i + 1, text);
            } else {
                text.append(source.charAt(i++));
            }
        }
        if (i >= source.length()) {
            throw refuse("a string without end");
        }
        at = i + 1;
        add(Kind.TEXT, text.toString());
    }

    /** Reads an escape whose letter stands at {@code i}; returns what follows it. */
    private int escape(int i, StringBuilder text) throws ModelRejectedException {
        char c = source.charAt(i);
        int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits > 0) {
            try {
                text.appendCodePoint(Integer.parseInt(source.substring(i + 1, i + 1 + digits), 16));
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new ModelRejectedException(file + ": line " + line() + ": a malformed escape in a string", e);
            }
            return i + 1 + digits;
        }
        int known = "nrtbfav0\\'\"\n".indexOf(c);
        if (known < 0) {
            text.append('\\').append(c);
        } else if (c != '\n') {
            text.append("\n\r\t\b\f\u0007\u000b\0\\'\"".charAt(known));
        }
        return i + 1;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    private int line() {
        while (counted < at && counted < source.length()) {
            line += source.charAt(counted++) == '\n' ? 1 : 0;
        }
        return line;
    }

    private ModelRejectedException refuse(String fault) {
        return new ModelRejectedException(file + ": line " + line() + ": " + fault);
    }
}
