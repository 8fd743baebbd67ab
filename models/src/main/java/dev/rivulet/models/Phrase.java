// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A pattern of words, parsed once and rendered many times.
 *
 * <p>Notation: {@code (a|b|)} chooses one branch, {@code [ ... ]} may be left out, <code>{slot}</code> is filled
 * with a slot value, {@code <9-17>} is a number of that range and {@code <name>} another pattern of a grammar.
 *
 * @param source the text it was parsed from
 * @param parts the parsed parts in order
 */
public record Phrase(String source, List<Part> parts) {
    /** One part of a pattern. */
    public sealed interface Part {}

    /** Words as they are. */
    public record Words(String text) implements Part {}

    /** Exactly one of the branches. */
    public record Choice(List<Phrase> branches) implements Part {}

    /** Present or absent as a whole. */
    public record Maybe(Phrase inner) implements Part {}

    /** A slot to fill. */
    public record Slot(String name) implements Part {}

    /** A number from {@code low} to {@code high}, both included. */
    public record Range(int low, int high) implements Part {}

    /** A pattern of the grammar by name. */
    public record Reference(String name) implements Part {}

    public Phrase {
        parts = List.copyOf(parts);
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException when a bracket is left open; the message holds the pattern
     */
    public static Phrase parse(String source) {
        Reader reader = new Reader(source);
        List<Phrase> branches = reader.branches('\0');
        return branches.size() == 1 ? branches.getFirst() : new Phrase(source, List.of(new Choice(branches)));
    }

    /** Every slot that may occur, in order of first mention. */
    public Set<String> slots() {
        Set<String> found = new LinkedHashSet<>();
        collect(found, true);
        return found;
    }

    /** The slots that occur outside optional parts, in any branch. */
    public Set<String> certainSlots() {
        Set<String> found = new LinkedHashSet<>();
        collect(found, false);
        return found;
    }

    private void collect(Set<String> found, boolean optional) {
        for (Part part : parts) {
            switch (part) {
                case Slot slot -> found.add(slot.name());
                case Choice choice -> choice.branches().forEach(branch -> branch.collect(found, optional));
                case Maybe maybe -> {
                    if (optional) {
                        maybe.inner().collect(found, true);
                    }
                }
                case Words _, Range _, Reference _ -> {}
            }
        }
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Phrase> branches(char end) {
            List<Phrase> branches = new ArrayList<>();
            do {
                branches.add(sequence(end));
            } while (at < text.length() && text.charAt(at++) == '|');
            if (end != '\0' && text.charAt(at - 1) != end) {
                throw new IllegalArgumentException("missing '" + end + "' in pattern: " + text);
            }
            return branches;
        }

        private Phrase sequence(char end) {
            int start = at;
            List<Part> parts = new ArrayList<>();
            StringBuilder words = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != end) {
                char next = text.charAt(at++);
                if ("([{<".indexOf(next) < 0) {
                    words.append(next);
                    continue;
                }
                flush(words, parts);
                parts.add(bracket(next));
            }
            flush(words, parts);
            return new Phrase(text.substring(start, at), parts);
        }

        private Part bracket(char open) {
            return switch (open) {
                case '(' -> new Choice(branches(')'));
                case '[' -> new Maybe(branches(']').getFirst());
                case '{' -> new Slot(until('}'));
                default -> angle(until('>'));
            };
        }

        private Part angle(String inner) {
            int dash = inner.indexOf('-');
            if (!inner.isEmpty() && Character.isDigit(inner.charAt(0)) && dash > 0) {
                return new Range(
                        Integer.parseInt(inner.substring(0, dash)), Integer.parseInt(inner.substring(dash + 1)));
            }
            return new Reference(inner);
        }

        private String until(char close) {
            int end = text.indexOf(close, at);
            if (end < 0) {
                throw new IllegalArgumentException("missing '" + close + "' in pattern: " + text);
            }
            String inner = text.substring(at, end);
            at = end + 1;
            return inner;
        }

        private static void flush(StringBuilder words, List<Part> parts) {
            if (!words.isEmpty()) {
                parts.add(new Words(words.toString()));
                words.setLength(0);
            }
        }
    }
}
