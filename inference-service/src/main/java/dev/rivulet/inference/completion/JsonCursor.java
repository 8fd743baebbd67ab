// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads a request value by value, without a tree: what isn't asked for costs no memory. Every method stands on the first token of
 * its value, leaves the cursor on the last one, and names the path of a wrong value.
 */
final class JsonCursor {

    private final JsonParser parser;

    JsonCursor(JsonParser parser) {
        this.parser = parser;
    }

    /** Takes the value of one field; {@code path} is where it is. */
    @FunctionalInterface
    interface Field {
        void read(String name, String path);
    }

    /** Takes one element of an array. */
    @FunctionalInterface
    interface Element<T> {
        T read(String path);
    }

    void advance() {
        parser.nextToken();
    }

    void object(String path, Field field) {
        expect(JsonToken.START_OBJECT, path, "an object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            field.read(name, path.isEmpty() ? name : path + "." + name);
        }
    }

    <T> List<T> array(String path, int most, Element<T> element) {
        expect(JsonToken.START_ARRAY, path, "an array");
        List<T> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (elements.size() == most) {
                throw invalid(path, "may have " + most + " elements at most");
            }
            elements.add(element.read(path + "[" + elements.size() + "]"));
        }
        return elements;
    }

    boolean atArray() {
        return parser.currentToken() == JsonToken.START_ARRAY;
    }

    boolean atString() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean atNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    String string(String path) {
        expect(JsonToken.VALUE_STRING, path, "a string");
        String text = parser.getString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw invalid(path, "holds a NUL character at position " + i);
            }
            if (Character.isSurrogate(c)) {
                i = pair(text, i, path);
            }
        }
        return text;
    }

    private static int pair(String text, int at, String path) {
        boolean whole = Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
        if (!whole) {
            throw invalid(path, "holds half of a surrogate pair at position " + at + ", which is no Unicode text");
        }
        return at + 1;
    }

    @Nullable Boolean bool(String path) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw wrongType(path, "true or false");
        };
    }

    @Nullable Long integer(String path, long least, long most) {
        if (atNull()) {
            return null;
        }
        expect(JsonToken.VALUE_NUMBER_INT, path, "an integer");
        boolean fits = parser.getNumberType() == NumberType.INT || parser.getNumberType() == NumberType.LONG;
        if (!fits || parser.getLongValue() < least || parser.getLongValue() > most) {
            throw invalid(path, "must be " + least + " to " + most + ", was " + brief(parser.getString()));
        }
        return parser.getLongValue();
    }

    @Nullable Double number(String path, String range, java.util.function.DoublePredicate valid) {
        if (atNull()) {
            return null;
        }
        if (!parser.currentToken().isNumeric()) {
            throw wrongType(path, "a number");
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value) || !valid.test(value)) {
            throw invalid(path, "must be " + range + ", was " + brief(parser.getString()));
        }
        return value;
    }

    /** A value as a tree. */
    JsonNode tree(String path) {
        return JsonTree.read(parser, path);
    }

    /** Passes over a value; whether it said nothing: null, false, 0, an empty string, array or object. */
    boolean nothing() {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
            boolean empty = parser.nextToken().isStructEnd();
            if (!empty) {
                rest();
            }
            return empty;
        }
        return switch (token) {
            case VALUE_NULL, VALUE_FALSE -> true;
            case VALUE_STRING -> parser.getString().isEmpty();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue() == 0;
            default -> false;
        };
    }

    /** Passes over what is left of a structure of which the first token was taken. */
    private void rest() {
        int depth = 1;
        JsonToken token = parser.currentToken();
        while (true) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd() && --depth == 0) {
                return;
            }
            token = parser.nextToken();
        }
    }

    void skip() {
        parser.skipChildren();
    }

    void end() {
        if (parser.nextToken() != null) {
            throw new ProblemException(
                    Problem.of(ProblemCode.INVALID_JSON, "The body holds more than one JSON value; send one object."));
        }
    }

    private void expect(JsonToken token, String path, String what) {
        if (parser.currentToken() != token) {
            throw wrongType(path, what);
        }
    }

    private ProblemException wrongType(String path, String expected) {
        JsonToken token = parser.currentToken();
        if (path.isEmpty()) {
            return new ProblemException(Problem.of(
                    ProblemCode.INVALID_VALUE, "The body must be " + expected + ", was " + kind(token) + "."));
        }
        return invalid(path, "must be " + expected + ", was " + kind(token));
    }

    static ProblemException invalid(String path, String what) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, path, "'" + path + "' " + what + "."));
    }

    private static String brief(String text) {
        return text.length() <= 24 ? text : text.substring(0, 24) + "…";
    }

    private static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "an integer";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case VALUE_NULL -> "null";
            case null, default -> "nothing";
        };
    }
}
