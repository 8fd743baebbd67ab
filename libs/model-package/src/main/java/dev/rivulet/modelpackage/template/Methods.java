// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.modelpackage.template.Value.Items;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The methods that templates may call on text, lists and mappings: a closed list, each of them without effect. */
final class Methods {

    private final Budget budget;
    private final Sequences sequences;
    private final Operators operators;

    Methods(Budget budget, Sequences sequences, Operators operators) {
        this.budget = budget;
        this.sequences = sequences;
        this.operators = operators;
    }

    Value call(Value of, String name, Arguments arguments) throws TemplateException {
        return switch (of) {
            case Text text -> onText(text, name, arguments);
            case Value.Dict dict -> onDict(dict, name, arguments);
            case Items items -> onItems(items, name, arguments);
            case Value.Undefined undefined -> throw Sequences.undefined(undefined);
            default -> throw unknown(of, name);
        };
    }

    private Value onText(Text text, String name, Arguments arguments) throws TemplateException {
        budget.make(text.length());
        String value = text.value();
        return switch (name) {
            case "strip" -> text.strip(characters(arguments), true, true);
            case "lstrip" -> text.strip(characters(arguments), true, false);
            case "rstrip" -> text.strip(characters(arguments), false, true);
            case "upper" -> text.map(run -> run.toUpperCase(Locale.ROOT));
            case "lower" -> text.map(run -> run.toLowerCase(Locale.ROOT));
            case "capitalize" -> capitalize(text);
            case "title" -> title(text);
            case "startswith" -> Value.of(prefixes(arguments).stream().anyMatch(value::startsWith));
            case "endswith" -> Value.of(prefixes(arguments).stream().anyMatch(value::endsWith));
            case "split" -> split(text, arguments, false);
            case "rsplit" -> split(text, arguments, true);
            case "splitlines" -> lines(text);
            case "replace" -> replace(text, arguments);
            case "join" -> join(text, sequences.entries(arguments.require(0, "iterable", "join")));
            case "find" -> Value.of(find(text, arguments.text(0, "sub", "find")));
            case "count" -> Value.of(count(text, arguments.text(0, "sub", "count")));
            case "removeprefix" -> {
                Text prefix = arguments.text(0, "prefix", "removeprefix");
                yield value.startsWith(prefix.value()) ? text.slice(prefix.length(), text.length()) : text;
            }
            case "removesuffix" -> {
                Text suffix = arguments.text(0, "suffix", "removesuffix");
                yield value.endsWith(suffix.value()) ? text.slice(0, text.length() - suffix.length()) : text;
            }
            case "isdigit" -> Value.of(!value.isEmpty() && value.chars().allMatch(Character::isDigit));
            case "isalpha" -> Value.of(!value.isEmpty() && value.codePoints().allMatch(Character::isLetter));
            case "isspace" -> Value.of(!value.isEmpty() && value.chars().allMatch(c -> Text.isBlank((char) c)));
            default -> throw unknown(text, name);
        };
    }

    private static Value onDict(Value.Dict dict, String name, Arguments arguments) throws TemplateException {
        Map<Value, Value> map = dict.map();
        return switch (name) {
            case "get" -> map.getOrDefault(arguments.require(0, "key", "get"), arguments.get(1, "default", Value.NONE));
            case "keys" -> new Items(List.copyOf(map.keySet()));
            case "values" -> new Items(List.copyOf(map.values()));
            case "items" -> items(dict);
            default -> throw unknown(dict, name);
        };
    }

    private Value onItems(Items items, String name, Arguments arguments) throws TemplateException {
        Value wanted = arguments.require(0, "value", name);
        long count = 0;
        for (int i = 0; i < items.list().size(); i++) {
            if (operators.same(items.list().get(i), wanted)) {
                if (name.equals("index")) {
                    return Value.of(i);
                }
                count++;
            }
        }
        if (name.equals("count")) {
            return Value.of(count);
        }
        throw unknown(items, name);
    }

    static Items items(Value.Dict dict) {
        List<Value> pairs = new ArrayList<>();
        dict.map().forEach((key, value) -> pairs.add(new Items(List.of(key, value))));
        return new Items(pairs);
    }

    Text replace(Text text, Arguments arguments) throws TemplateException {
        Text old = arguments.text(0, "old", "replace");
        Text with = arguments.text(1, "new", "replace");
        if (old.isEmpty()) {
            throw new TemplateException("the chat template replaces an empty text, which is not supported");
        }
        budget.make(text.length() + (text.length() / (long) old.length()) * with.length());
        return text.replace(old, with, arguments.whole(2, "count", -1));
    }

    Text join(Text between, List<Value> entries) throws TemplateException {
        PythonText python = new PythonText(budget);
        Text.Builder result = new Text.Builder();
        boolean first = true;
        for (Value entry : entries) {
            Text piece = python.text(entry);
            budget.limit(result.length() + (long) between.length() + piece.length());
            budget.handle(between.length() + (long) piece.length());
            if (!first) {
                result.append(between);
            }
            result.append(piece);
            first = false;
        }
        return result.build();
    }

    static Text capitalize(Text text) {
        if (text.isEmpty()) {
            return text;
        }
        int first = text.value().offsetByCodePoints(0, 1);
        return text.slice(0, first)
                .map(run -> run.toUpperCase(Locale.ROOT))
                .plus(text.slice(first, text.length()).map(run -> run.toLowerCase(Locale.ROOT)));
    }

    static Text title(Text text) {
        Text.Builder result = new Text.Builder();
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.value().charAt(i);
            char cased = inWord ? Character.toLowerCase(c) : Character.toTitleCase(c);
            result.append(String.valueOf(cased), text.isForeign(i));
            inWord = Character.isLetter(c);
        }
        return result.build();
    }

    private static @Nullable String characters(Arguments arguments) throws TemplateException {
        return arguments.get(0, "chars", Value.NONE) instanceof Value.Nothing
                ? null
                : arguments.text(0, "chars", "strip").value();
    }

    private List<String> prefixes(Arguments arguments) throws TemplateException {
        List<String> prefixes = new ArrayList<>();
        Value given = arguments.require(0, "prefix", "startswith");
        for (Value prefix : given instanceof Items items ? items.list() : List.of(given)) {
            if (!(prefix instanceof Text text)) {
                throw new TemplateException("the chat template compares the start or end of a text with no text");
            }
            prefixes.add(text.value());
        }
        return prefixes;
    }

    private static long find(Text text, Text part) {
        int at = text.value().indexOf(part.value());
        return at < 0 ? -1 : text.value().codePointCount(0, at);
    }

    private static long count(Text text, Text part) {
        long count = 0;
        int step = Math.max(1, part.length());
        for (int at = text.value().indexOf(part.value()); at >= 0 && !part.isEmpty(); ) {
            count++;
            at = text.value().indexOf(part.value(), at + step);
        }
        return part.isEmpty() ? text.points() + 1L : count;
    }

    private Value split(Text text, Arguments arguments, boolean fromRight) throws TemplateException {
        long most = arguments.whole(1, "maxsplit", -1);
        if (arguments.get(0, "sep", Value.NONE) instanceof Value.Nothing) {
            return words(text, most);
        }
        Text separator = arguments.text(0, "sep", "split");
        if (separator.isEmpty()) {
            throw new TemplateException("the chat template splits at an empty text");
        }
        List<Value> pieces =
                fromRight && most >= 0 ? piecesFromRight(text, separator, most) : pieces(text, separator, most);
        budget.handle(pieces.size() * 8L);
        return new Items(pieces);
    }

    private static List<Value> pieces(Text text, Text separator, long most) {
        List<Value> pieces = new ArrayList<>();
        int from = 0;
        int at = text.value().indexOf(separator.value());
        while (at >= 0 && pieces.size() != most) {
            pieces.add(text.slice(from, at));
            from = at + separator.length();
            at = text.value().indexOf(separator.value(), from);
        }
        pieces.add(text.slice(from, text.length()));
        return pieces;
    }

    private static List<Value> piecesFromRight(Text text, Text separator, long most) {
        List<Value> pieces = new ArrayList<>();
        int to = text.length();
        int at = text.value().lastIndexOf(separator.value());
        while (at >= 0 && pieces.size() < most) {
            pieces.add(text.slice(at + separator.length(), to));
            to = at;
            at = text.value().lastIndexOf(separator.value(), at - separator.length());
        }
        pieces.add(text.slice(0, to));
        return pieces.reversed();
    }

    private static Value words(Text text, long most) {
        List<Value> words = new ArrayList<>();
        int from = blanksEnd(text, 0);
        while (from < text.length()) {
            int end = from;
            while (end < text.length() && !Text.isBlank(text.value().charAt(end))) {
                end++;
            }
            boolean rest = words.size() == most;
            words.add(text.slice(from, rest ? text.length() : end));
            from = rest ? text.length() : blanksEnd(text, end);
        }
        return new Items(words);
    }

    private static int blanksEnd(Text text, int from) {
        int end = from;
        while (end < text.length() && Text.isBlank(text.value().charAt(end))) {
            end++;
        }
        return end;
    }

    private static Value lines(Text text) {
        List<Value> lines = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.value().charAt(at);
            if (c == '\n' || c == '\r') {
                lines.add(text.slice(from, at));
                boolean pair =
                        c == '\r' && at + 1 < text.length() && text.value().charAt(at + 1) == '\n';
                at += pair ? 1 : 0;
                from = at + 1;
            }
        }
        if (from < text.length()) {
            lines.add(text.slice(from, text.length()));
        }
        return new Items(lines);
    }

    private static TemplateException unknown(Value of, String name) {
        return new TemplateException(
                "the chat template calls " + name + " on " + Operators.kind(of) + ", which has no such method");
    }
}
