// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The functions that templates may call. */
final class Globals {

    private static final int LONGEST_RANGE = 100_000;
    private static final int LONGEST_MESSAGE = 1000;

    private final Budget budget;
    private final Clock clock;

    Globals(Budget budget, Clock clock) {
        this.budget = budget;
        this.clock = clock;
    }

    void define(Scope scope) {
        scope.set("range", (Value.Function) this::range);
        scope.set("namespace", (Value.Function) Globals::namespace);
        scope.set("dict", (Value.Function) Globals::dict);
        scope.set("raise_exception", (Value.Function) this::raise);
        scope.set("strftime_now", (Value.Function) this::now);
    }

    private Value range(Arguments arguments) throws TemplateException {
        boolean one = arguments.positional().size() == 1;
        long from = one ? 0 : arguments.whole(0, "start", 0);
        long to = one ? arguments.whole(0, "stop", 0) : arguments.whole(1, "stop", 0);
        long step = arguments.whole(2, "step", 1);
        if (step == 0) {
            throw new TemplateException("the chat template counts with step 0");
        }
        List<Value> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            if (numbers.size() == LONGEST_RANGE) {
                throw new TemplateException("the chat template counts over more than " + LONGEST_RANGE + " numbers");
            }
            numbers.add(Value.of(i));
        }
        budget.handle(numbers.size());
        return new Value.Items(numbers);
    }

    private static Value namespace(Arguments arguments) throws TemplateException {
        Map<String, Value> fields = new HashMap<>(arguments.named());
        for (Value given : arguments.positional()) {
            if (!(given instanceof Value.Dict dict)) {
                throw new TemplateException("the chat template makes a namespace of " + Operators.kind(given));
            }
            dict.map().forEach((key, value) -> fields.putIfAbsent(key.toString(), value));
        }
        return new Value.Namespace(fields);
    }

    private static Value dict(Arguments arguments) {
        Map<Value, Value> map = new LinkedHashMap<>();
        for (Value given : arguments.positional()) {
            if (given instanceof Value.Dict dict) {
                map.putAll(dict.map());
            }
        }
        arguments.named().forEach((name, value) -> map.put(Text.trusted(name), value));
        return new Value.Dict(map);
    }

    private Value raise(Arguments arguments) throws TemplateException {
        String message = new PythonText(budget)
                .text(arguments.get(0, "message", Text.EMPTY))
                .value();
        throw new TemplateException(
                message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message);
    }

    private Value now(Arguments arguments) throws TemplateException {
        String format = arguments.text(0, "format", "strftime_now").value();
        budget.make(format.length() * 16L);
        ZonedDateTime now = ZonedDateTime.now(clock);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            boolean bare = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += bare ? 2 : 1;
            text.append(field(format.charAt(i), bare, now));
        }
        return Text.trusted(text.toString());
    }

    private static String field(char directive, boolean bare, ZonedDateTime now) throws TemplateException {
        String pattern = switch (directive) {
            case 'd' -> bare ? "d" : "dd";
            case 'm' -> bare ? "M" : "MM";
            case 'Y' -> "uuuu";
            case 'y' -> "uu";
            case 'b' -> "MMM";
            case 'B' -> "MMMM";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'H' -> bare ? "H" : "HH";
            case 'I' -> bare ? "h" : "hh";
            case 'M' -> bare ? "m" : "mm";
            case 'S' -> bare ? "s" : "ss";
            case 'p' -> "a";
            case 'j' -> bare ? "D" : "DDD";
            case 'F' -> "uuuu-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'R' -> "HH:mm";
            case 'Z' -> "zzz";
            case 'z' -> "xx";
            case '%' -> "'%'";
            default ->
                throw new TemplateException("the chat template asks for an unknown part of the date: %" + directive);
        };
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
    }
}
