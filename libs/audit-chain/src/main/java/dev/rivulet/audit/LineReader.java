// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link LineWriter} writes, field by field in order, and takes nothing else. */
final class LineReader {

    private static final int LONGEST_DECIMAL = 40;

    private final String line;
    private int at;

    /** @throws IllegalArgumentException as every method, with the column and what was expected */
    LineReader(String line) {
        this.line = line;
        expect("{");
    }

    String text(String name) {
        name(name);
        return quoted();
    }

    long number(String name) {
        name(name);
        int from = at;
        while (at < line.length() && Character.digit(line.charAt(at), 10) >= 0) {
            at++;
        }
        String digits = line.substring(from, at);
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("column " + (from + 1) + ": a whole number was expected", e);
        }
    }

    boolean flag(String name) {
        name(name);
        if (line.startsWith("true", at)) {
            at += "true".length();
            return true;
        }
        expect("false");
        return false;
    }

    @Nullable BigDecimal decimal(String name) {
        name(name);
        if (line.startsWith("null", at)) {
            at += "null".length();
            return null;
        }
        String digits = quoted();
        if (digits.length() > LONGEST_DECIMAL) {
            throw new IllegalArgumentException(name + " has too many digits");
        }
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is not a decimal", e);
        }
    }

    List<String> names(String name, int most) {
        name(name);
        expect("[");
        List<String> values = new ArrayList<>();
        do {
            if (values.size() == most) {
                throw new IllegalArgumentException(name + " has more than " + most + " values");
            }
            values.add(quoted());
        } while (taken(","));
        expect("]");
        return values;
    }

    void end() {
        expect("}");
        if (at != line.length()) {
            throw new IllegalArgumentException("column " + (at + 1) + ": the line goes on after its end");
        }
    }

    private void name(String name) {
        expect((at > 1 ? ",\"" : "\"") + name + "\":");
    }

    private String quoted() {
        expect("\"");
        StringBuilder text = new StringBuilder();
        while (at < line.length() && line.charAt(at) != '"') {
            if (line.charAt(at) == '\\') {
                at++;
            }
            if (at < line.length()) {
                text.append(line.charAt(at++));
            }
        }
        expect("\"");
        return text.toString();
    }

    private boolean taken(String text) {
        boolean there = line.startsWith(text, at);
        at += there ? text.length() : 0;
        return there;
    }

    private void expect(String text) {
        if (!taken(text)) {
            throw new IllegalArgumentException("column " + (at + 1) + ": " + text + " was expected");
        }
    }
}
