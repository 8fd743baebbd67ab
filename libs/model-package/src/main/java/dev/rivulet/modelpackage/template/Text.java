// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Text that knows of each character whether it came from the template (trusted) or from a caller (foreign). Immutable. Equal
 * by its characters alone. Positions and lengths are those of Java strings unless they say code points.
 */
final class Text implements Value {

    static final Text EMPTY = new Text("", null);

    private final String value;
    /** Per character, 1 for foreign; null if all are trusted. */
    private final byte @Nullable [] foreign;

    private Text(String value, byte @Nullable [] foreign) {
        this.value = value;
        this.foreign = foreign;
    }

    static Text trusted(String value) {
        return new Text(value, null);
    }

    static Text foreign(String value) {
        byte[] all = new byte[value.length()];
        Arrays.fill(all, (byte) 1);
        return new Text(value, all);
    }

    String value() {
        return value;
    }

    int length() {
        return value.length();
    }

    boolean isEmpty() {
        return value.isEmpty();
    }

    boolean isForeign(int index) {
        return foreign != null && foreign[index] != 0;
    }

    Text slice(int from, int to) {
        if (from >= to) {
            return EMPTY;
        }
        return new Text(value.substring(from, to), foreign == null ? null : Arrays.copyOfRange(foreign, from, to));
    }

    Text plus(Text other) {
        return new Builder().append(this).append(other).build();
    }

    /** Number of code points. */
    int points() {
        return value.codePointCount(0, value.length());
    }

    /** The code point at a position counted in code points. */
    Text pointAt(int index) {
        int from = value.offsetByCodePoints(0, index);
        return slice(from, value.offsetByCodePoints(from, 1));
    }

    /** A slice counted in code points. */
    Text pointSlice(int from, int to) {
        int start = value.offsetByCodePoints(0, from);
        return slice(start, value.offsetByCodePoints(start, Math.max(0, to - from)));
    }

    /** Changes each run of one origin by itself. */
    Text map(UnaryOperator<String> change) {
        Builder result = new Builder();
        int from = 0;
        while (from < length()) {
            int to = runEnd(from);
            result.append(change.apply(value.substring(from, to)), isForeign(from));
            from = to;
        }
        return result.build();
    }

    /** Replaces up to {@code most} occurrences; all if it is negative. */
    Text replace(Text old, Text with, long most) {
        if (old.isEmpty()) {
            return this;
        }
        Builder result = new Builder();
        int from = 0;
        long left = most;
        int at = value.indexOf(old.value);
        while (at >= 0 && left != 0) {
            result.append(slice(from, at)).append(with);
            from = at + old.length();
            at = value.indexOf(old.value, from);
            left--;
        }
        return result.append(slice(from, length())).build();
    }

    /**
     * Removes characters from the ends.
     *
     * @param characters which; white space if null
     */
    Text strip(@Nullable String characters, boolean left, boolean right) {
        int from = 0;
        int to = length();
        while (left && from < to && strips(characters, value.charAt(from))) {
            from++;
        }
        while (right && to > from && strips(characters, value.charAt(to - 1))) {
            to--;
        }
        return slice(from, to);
    }

    private static boolean strips(@Nullable String characters, char c) {
        return characters == null ? isBlank(c) : characters.indexOf(c) >= 0;
    }

    /** White space as Python sees it. */
    static boolean isBlank(char c) {
        return Character.isWhitespace(c) || c == 0x85 || c == 0xa0 || c == 0x2007 || c == 0x202f;
    }

    /** As a prompt: runs of one origin. */
    Prompt toPrompt() {
        List<Prompt.Part> parts = new ArrayList<>();
        int from = 0;
        while (from < length()) {
            int to = runEnd(from);
            parts.add(new Prompt.Part(value.substring(from, to), !isForeign(from)));
            from = to;
        }
        return new Prompt(parts);
    }

    private int runEnd(int from) {
        if (foreign == null) {
            return length();
        }
        int to = from + 1;
        while (to < length() && foreign[to] == foreign[from]) {
            to++;
        }
        return to;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Text text && text.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }

    /** Builds text piece by piece. */
    static final class Builder {

        private final StringBuilder characters = new StringBuilder();
        private byte[] foreign = new byte[64];
        private boolean anyForeign;

        int length() {
            return characters.length();
        }

        Builder append(String trusted) {
            return append(trusted, false);
        }

        Builder append(String text, boolean isForeign) {
            int from = characters.length();
            characters.append(text);
            grow();
            if (isForeign) {
                Arrays.fill(foreign, from, characters.length(), (byte) 1);
                anyForeign |= !text.isEmpty();
            }
            return this;
        }

        Builder append(Text text) {
            int from = characters.length();
            characters.append(text.value);
            grow();
            if (text.foreign != null) {
                System.arraycopy(text.foreign, 0, foreign, from, text.length());
                anyForeign = true;
            }
            return this;
        }

        private void grow() {
            if (characters.length() > foreign.length) {
                foreign = Arrays.copyOf(foreign, Math.max(characters.length(), foreign.length * 2));
            }
        }

        Text build() {
            return new Text(characters.toString(), anyForeign ? Arrays.copyOf(foreign, characters.length()) : null);
        }
    }
}
