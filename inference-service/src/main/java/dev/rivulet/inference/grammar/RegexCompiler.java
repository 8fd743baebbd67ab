// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.HashMap;
import java.util.Map;

/** Writes expressions into a grammar: as they are, or as the inside of a JSON string with what must be escaped escaped. */
final class RegexCompiler {

    private static final CodePoints CONTROLS = CodePoints.of(0, 0x1f);
    private static final CodePoints ESCAPED = CONTROLS.or(CodePoints.of("\"\\"));
    private static final String SHORT = "\"\\\b\f\n\r\t";
    private static final String SHORT_NAMES = "\"\\bfnrt";

    private final GrammarBuilder builder;
    private final boolean inString;
    private final Map<CodePoints, Integer> sets = new HashMap<>();

    /** @param inString whether the text stands within a JSON string */
    RegexCompiler(GrammarBuilder builder, boolean inString) {
        this.builder = builder;
        this.inString = inString;
    }

    /** From {@code from} by the expression; returns where it ends. */
    int write(Regex regex, int from) throws GrammarRefusedException {
        return switch (regex) {
            case Regex.One one -> {
                int to = builder.state();
                one(one.points(), from, to);
                yield to;
            }
            case Regex.Sequence sequence -> {
                int at = from;
                for (Regex part : sequence.parts()) {
                    at = write(part, at);
                }
                yield at;
            }
            case Regex.Choice choice -> {
                int to = builder.state();
                for (Regex part : choice.parts()) {
                    builder.epsilon(write(part, from), to);
                }
                yield to;
            }
            case Regex.Repeat repeat -> repeat(repeat, from);
        };
    }

    private int repeat(Regex.Repeat repeat, int from) throws GrammarRefusedException {
        int at = from;
        for (int i = 0; i < repeat.least(); i++) {
            at = write(repeat.part(), at);
        }
        if (repeat.most() < 0) {
            int loop = builder.state();
            builder.epsilon(at, loop);
            builder.epsilon(write(repeat.part(), loop), loop);
            return loop;
        }
        int to = builder.state();
        for (int i = repeat.least(); i < repeat.most(); i++) {
            builder.epsilon(at, to);
            int part = builder.state();
            builder.epsilon(at, part);
            at = write(repeat.part(), part);
        }
        builder.epsilon(at, to);
        return to;
    }

    private void one(CodePoints points, int from, int to) throws GrammarRefusedException {
        if (points.isEmpty()) {
            return;
        }
        boolean plain = points.ascii() && (!inString || points.and(ESCAPED).isEmpty());
        if (plain) {
            builder.utf8(from, points, to);
            return;
        }
        Integer rule = sets.get(points);
        if (rule == null) {
            rule = builder.rule();
            sets.put(points, rule);
            writeSet(points, builder.start(rule), builder.end(rule));
        }
        builder.call(from, rule, to);
    }

    private void writeSet(CodePoints points, int from, int to) throws GrammarRefusedException {
        builder.utf8(from, inString ? points.minus(ESCAPED) : points, to);
        CodePoints escaped = inString ? points.and(ESCAPED) : new CodePoints(java.util.List.of());
        for (int point : escaped.values()) {
            int named = SHORT.indexOf(point);
            String text = named >= 0 ? "\\" + SHORT_NAMES.charAt(named) : String.format("\\u%04x", point);
            builder.epsilon(builder.literal(from, text), to);
        }
    }
}
