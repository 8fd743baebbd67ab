// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Condition;
import dev.rivulet.registry.catalog.Condition.Field;
import dev.rivulet.registry.catalog.Condition.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads MLflow's filters: {@code name = 'a' AND tags.`k` LIKE 'b%'}. Comparisons are {@code = != LIKE ILIKE}, and {@code IN} with a
 * list; they are joined by {@code AND} alone. Fields are {@code name} and {@code tag.}/{@code tags.}, of versions also
 * {@code run_id} and {@code source_path}.
 */
public final class Filter {

    private static final int MAX_LENGTH = 4000;
    private static final int MAX_LIST = 100;
    private static final Pattern SPACE = Pattern.compile("\\s*");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_]+");
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern QUOTED_KEY = Pattern.compile("`([^`]+)`|\"([^\"]+)\"");
    private static final Pattern OPERATOR = Pattern.compile("!=|=|LIKE\\b|ILIKE\\b|IN\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern TEXT = Pattern.compile("'[^']*+(?:''[^']*+)*+'|\"[^\"]*+(?:\"\"[^\"]*+)*+\"");
    private static final Pattern OPEN = Pattern.compile("\\(");
    private static final Pattern COMMA = Pattern.compile(",");
    private static final Pattern CLOSE = Pattern.compile("\\)");
    private static final Pattern AND = Pattern.compile("AND\\b", Pattern.CASE_INSENSITIVE);

    private final String text;
    private final boolean ofVersions;
    private int at;

    private Filter(String text, boolean ofVersions) {
        this.text = text;
        this.ofVersions = ofVersions;
    }

    /** Conditions of models. */
    public static List<Condition> ofModels(@Nullable String filter) {
        return parse(filter, false);
    }

    /** Conditions of versions. */
    public static List<Condition> ofVersions(@Nullable String filter) {
        return parse(filter, true);
    }

    private static List<Condition> parse(@Nullable String filter, boolean ofVersions) {
        if (filter == null || filter.isBlank()) {
            return List.of();
        }
        if (filter.length() > MAX_LENGTH || filter.indexOf(0) >= 0) {
            throw wrong("A filter has at most " + MAX_LENGTH + " characters, none of them NUL.");
        }
        return new Filter(filter, ofVersions).conditions();
    }

    private List<Condition> conditions() {
        List<Condition> conditions = new ArrayList<>();
        do {
            conditions.add(condition());
        } while (taken(AND) != null);
        if (at < text.length()) {
            throw wrong("Unexpected text at character " + at + "; conditions are joined by AND.");
        }
        return conditions;
    }

    private Condition condition() {
        String name = expect(WORD, "a field");
        String key = "";
        Field field = switch (name) {
            case "name" -> Field.NAME;
            case "tag", "tags" -> {
                key = key();
                yield Field.TAG;
            }
            case "run_id" -> {
                key = MlflowTags.RUN_ID;
                yield versionsOnly(Field.TAG, name);
            }
            case "source_path" -> versionsOnly(Field.SOURCE, name);
            default -> throw wrong("There is no field '" + name + "'.");
        };
        Operator operator = operator();
        return new Condition(field, key, operator, operator == Operator.IN ? list() : List.of(value(operator)));
    }

    private Field versionsOnly(Field field, String name) {
        if (!ofVersions) {
            throw wrong("Models have no field '" + name + "'.");
        }
        return field;
    }

    private String key() {
        if (at >= text.length() || text.charAt(at) != '.') {
            throw wrong("A tag is written tags.key or tags.`key`.");
        }
        at++;
        Matcher quoted = QUOTED_KEY.matcher(text).region(at, text.length());
        if (quoted.lookingAt()) {
            at = quoted.end();
            return quoted.group(1) != null ? quoted.group(1) : quoted.group(2);
        }
        return expect(PLAIN_KEY, "the name of a tag");
    }

    private Operator operator() {
        return switch (expect(OPERATOR, "one of = != LIKE ILIKE IN").toUpperCase(Locale.ROOT)) {
            case "=" -> Operator.EQUAL;
            case "!=" -> Operator.DIFFERENT;
            case "LIKE" -> Operator.LIKE;
            case "ILIKE" -> Operator.ILIKE;
            default -> Operator.IN;
        };
    }

    /** A backslash means itself here, and another sign in a pattern. */
    private String value(Operator operator) {
        String value = text();
        boolean pattern = operator == Operator.LIKE || operator == Operator.ILIKE;
        return pattern ? value.replace("\\", "\\\\") : value;
    }

    private List<String> list() {
        List<String> values = new ArrayList<>();
        expect(OPEN, "a list in parentheses");
        do {
            values.add(text());
        } while (taken(COMMA) != null && values.size() < MAX_LIST);
        expect(CLOSE, "the end of a list of at most " + MAX_LIST + " values");
        return values;
    }

    private String text() {
        String quoted = expect(TEXT, "a text in quotes");
        String quote = quoted.substring(0, 1);
        return quoted.substring(1, quoted.length() - 1).replace(quote + quote, quote);
    }

    private String expect(Pattern pattern, String what) {
        String found = taken(pattern);
        if (found == null) {
            throw wrong("Expected " + what + " at character " + at + ".");
        }
        return found;
    }

    /** What the pattern matches here after white space; null, and nothing is read, if it does not. */
    private @Nullable String taken(Pattern pattern) {
        Matcher space = SPACE.matcher(text).region(at, text.length());
        int begin = space.lookingAt() ? space.end() : at;
        Matcher matcher = pattern.matcher(text).region(begin, text.length());
        if (!matcher.lookingAt()) {
            at = begin;
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    private static ProblemException wrong(String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, "filter", message));
    }
}
