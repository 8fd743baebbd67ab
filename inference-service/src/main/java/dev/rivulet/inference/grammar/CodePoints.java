// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A set of Unicode code points without surrogates: sorted ranges that don't touch. */
record CodePoints(List<Range> ranges) {

    static final int MOST = 0x10ffff;
    static final CodePoints ALL = of(0, MOST);

    /** Both ends belong to it. */
    record Range(int low, int high) {}

    static CodePoints of(int low, int high) {
        return of(List.of(new Range(low, high)));
    }

    static CodePoints of(String characters) {
        return of(characters.codePoints().mapToObj(c -> new Range(c, c)).toList());
    }

    static CodePoints of(List<Range> any) {
        List<Range> sorted = new ArrayList<>(any);
        sorted.sort(Comparator.comparingInt(Range::low));
        List<Range> merged = new ArrayList<>();
        for (Range range : sorted) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last != null && range.low() <= last.high() + 1) {
                merged.set(merged.size() - 1, new Range(last.low(), Math.max(last.high(), range.high())));
            } else {
                merged.add(range);
            }
        }
        return new CodePoints(withoutSurrogates(merged));
    }

    private static List<Range> withoutSurrogates(List<Range> ranges) {
        List<Range> kept = new ArrayList<>();
        for (Range range : ranges) {
            add(kept, range.low(), Math.min(range.high(), 0xd7ff));
            add(kept, Math.max(range.low(), 0xe000), range.high());
        }
        return List.copyOf(kept);
    }

    private static void add(List<Range> ranges, int low, int high) {
        if (low <= high) {
            ranges.add(new Range(low, high));
        }
    }

    CodePoints or(CodePoints other) {
        List<Range> both = new ArrayList<>(ranges);
        both.addAll(other.ranges);
        return of(both);
    }

    CodePoints not() {
        List<Range> rest = new ArrayList<>();
        int next = 0;
        for (Range range : ranges) {
            add(rest, next, range.low() - 1);
            next = range.high() + 1;
        }
        add(rest, next, MOST);
        return of(rest);
    }

    CodePoints minus(CodePoints other) {
        return not().or(other).not();
    }

    CodePoints and(CodePoints other) {
        return minus(other.not());
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    boolean ascii() {
        return !isEmpty() && ranges.getLast().high() < 0x80;
    }

    /** Every code point; for small sets. */
    int[] values() {
        return ranges.stream()
                .flatMapToInt(range -> java.util.stream.IntStream.rangeClosed(range.low(), range.high()))
                .toArray();
    }

    /** The ranges of code points that take one, two, three and four bytes in UTF-8, as the ends of each. */
    List<byte[][]> utf8() {
        int[] borders = {0x7f, 0x7ff, 0xffff, MOST};
        List<byte[][]> sequences = new ArrayList<>();
        for (Range range : ranges) {
            int low = range.low();
            for (int border : borders) {
                if (low <= border && low <= range.high()) {
                    int high = Math.min(border, range.high());
                    sequences.add(new byte[][] {encode(low), encode(high)});
                    low = high + 1;
                }
            }
        }
        return sequences;
    }

    private static byte[] encode(int codePoint) {
        return Character.toString(codePoint).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return Arrays.toString(ranges.toArray());
    }
}
