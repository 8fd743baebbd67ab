// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import java.util.HashMap;
import java.util.Map;

/** The rules that every JSON grammar may call: any value, and the characters of strings. Each is made when it is first asked for. */
final class JsonRules {

    static final String INTEGER = "0|-?[1-9][0-9]{0,14}";
    static final String NUMBER = "-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?";
    private static final String ESCAPE = "\\\\([\"\\\\/bfnrt]|u([0-9a-cA-CefEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}"
            + "|[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}))";
    private static final CodePoints PLAIN =
            CodePoints.ALL.minus(CodePoints.of(0, 0x1f).or(CodePoints.of("\"\\")));

    private final GrammarBuilder builder;
    private final Map<String, Integer> rules = new HashMap<>();
    private final RegexCompiler plain;

    JsonRules(GrammarBuilder builder) {
        this.builder = builder;
        this.plain = new RegexCompiler(builder, false);
    }

    /** A rule for what an expression matches as it stands. */
    int matching(String expression) throws GrammarRefusedException {
        Integer known = rules.get(expression);
        if (known != null) {
            return known;
        }
        int rule = builder.rule();
        rules.put(expression, rule);
        int end = plain.write(RegexParser.whole(expression), builder.start(rule));
        builder.epsilon(end, builder.end(rule));
        return rule;
    }

    /** One character of a string, escaped or not. */
    int character() throws GrammarRefusedException {
        Integer known = rules.get("character");
        if (known != null) {
            return known;
        }
        int rule = builder.rule();
        rules.put("character", rule);
        builder.utf8(builder.start(rule), PLAIN, builder.end(rule));
        int escape = plain.write(RegexParser.whole(ESCAPE), builder.start(rule));
        builder.epsilon(escape, builder.end(rule));
        return rule;
    }

    /** A string of so many characters, -1 for any number; returns where it ends. */
    int string(int from, int least, int most) throws GrammarRefusedException {
        int at = builder.literal(from, "\"");
        for (int i = 0; i < least; i++) {
            int next = builder.state();
            builder.call(at, character(), next);
            at = next;
        }
        int to = builder.state();
        if (most < 0) {
            int loop = builder.state();
            builder.epsilon(at, loop);
            builder.call(loop, character(), loop);
            at = loop;
        }
        for (int i = least; i < most; i++) {
            builder.range(at, '"', '"', to);
            int next = builder.state();
            builder.call(at, character(), next);
            at = next;
        }
        builder.range(at, '"', '"', to);
        return to;
    }

    /** Any string. */
    int string() throws GrammarRefusedException {
        Integer known = rules.get("string");
        if (known != null) {
            return known;
        }
        int rule = builder.rule();
        rules.put("string", rule);
        builder.epsilon(string(builder.start(rule), 0, -1), builder.end(rule));
        return rule;
    }

    /** Any value. */
    int value() throws GrammarRefusedException {
        Integer known = rules.get("value");
        if (known != null) {
            return known;
        }
        int rule = builder.rule();
        rules.put("value", rule);
        int start = builder.start(rule);
        int end = builder.end(rule);
        builder.call(start, string(), end);
        builder.call(start, matching(NUMBER), end);
        builder.call(start, matching("true|false|null"), end);
        builder.call(start, object(), end);
        int array = builder.literal(start, "[");
        builder.epsilon(list(array, rule, 0, -1), end);
        return rule;
    }

    /** Any object. */
    int object() throws GrammarRefusedException {
        Integer known = rules.get("object");
        if (known != null) {
            return known;
        }
        int rule = builder.rule();
        rules.put("object", rule);
        int open = builder.literal(builder.start(rule), "{");
        builder.epsilon(map(open, value()), builder.end(rule));
        return rule;
    }

    /** The rest of an object with any names after its brace; returns where it ends. */
    int map(int from, int value) throws GrammarRefusedException {
        int to = builder.state();
        int name = builder.state();
        int colon = builder.state();
        int after = builder.state();
        builder.range(from, '}', '}', to);
        builder.epsilon(from, name);
        builder.call(name, string(), colon);
        builder.call(separator(colon, ':'), value, after);
        builder.epsilon(separator(after, ','), name);
        builder.range(after, '}', '}', to);
        return to;
    }

    /** The rest of an array after its bracket; returns where it ends. */
    int list(int from, int item, int least, int most) throws GrammarRefusedException {
        int to = builder.state();
        int at = from;
        for (int count = 0; most < 0 || count <= most; count++) {
            if (count >= least) {
                builder.range(at, ']', ']', to);
            }
            if (count == most) {
                break;
            }
            int begin = count == 0 ? at : separator(at, ',');
            int next = builder.state();
            builder.call(begin, item, next);
            if (most < 0 && count + 1 >= Math.max(1, least)) {
                builder.range(next, ']', ']', to);
                builder.call(separator(next, ','), item, next);
                break;
            }
            at = next;
        }
        return to;
    }

    /** A comma or colon and a space or none: what models write and no more, so that no answer is made of white space. */
    int separator(int from, char sign) throws GrammarRefusedException {
        int after = builder.literal(from, String.valueOf(sign));
        int to = builder.state();
        builder.epsilon(after, to);
        builder.range(after, ' ', ' ', to);
        return to;
    }
}
