// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.gateway.pictures.PicturePart.Tone;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON of a picture. A refusal names the field by its path: {@code parts[1].rooms[0].width}. */
final class PictureReader {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 360;

    private PictureReader() {}

    static DrawPicture read(JsonMapper json, byte[] body) {
        Fields fields = new Fields("", tree(json, body));
        fields.only("title", "format", "width", "height", "parts");
        List<PicturePart> parts = fields.list("parts", PictureReader::part);
        return fields.made(() -> new DrawPicture(
                fields.text("title"),
                fields.choice("format", DrawPicture.Format.SVG),
                (int) fields.number("width", (double) WIDTH),
                (int) fields.number("height", (double) HEIGHT),
                parts));
    }

    private static JsonNode tree(JsonMapper json, byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (JacksonException e) {
            // Told below, without what was sent.
        }
        throw new ProblemException(Problem.of(ProblemCode.INVALID_JSON, "The body is no JSON object."));
    }

    private static PicturePart part(Fields fields) {
        String kind = fields.text("kind");
        return switch (kind) {
            case "gauge" -> gauge(fields);
            case "plan" -> plan(fields);
            case "states" -> states(fields);
            default -> throw fields.wrong(ProblemCode.INVALID_VALUE, "kind", "This is 'gauge', 'plan' or 'states'.");
        };
    }

    private static PicturePart gauge(Fields fields) {
        fields.only("kind", "label", "value", "low", "high", "unit", "warn_from");
        return fields.made(() -> new PicturePart.Gauge(
                fields.text("label"),
                fields.number("value", null),
                fields.number("low", 0.0),
                fields.number("high", 100.0),
                fields.has("unit") ? fields.text("unit") : null,
                fields.has("warn_from") ? fields.number("warn_from", null) : null));
    }

    private static PicturePart plan(Fields fields) {
        fields.only("kind", "rooms", "doors");
        List<PicturePart.Room> rooms = fields.list("rooms", PictureReader::room);
        List<PicturePart.Door> doors = fields.has("doors") ? fields.list("doors", PictureReader::door) : List.of();
        return fields.made(() -> new PicturePart.Plan(rooms, doors));
    }

    private static PicturePart.Room room(Fields fields) {
        fields.only("name", "x", "y", "width", "height", "note", "tone");
        return fields.made(() -> new PicturePart.Room(
                fields.text("name"),
                fields.number("x", null),
                fields.number("y", null),
                fields.number("width", null),
                fields.number("height", null),
                fields.has("note") ? fields.text("note") : null,
                fields.choice("tone", Tone.NORMAL)));
    }

    private static PicturePart.Door door(Fields fields) {
        fields.only("x", "y", "upright", "tone");
        return fields.made(() -> new PicturePart.Door(
                fields.number("x", null),
                fields.number("y", null),
                fields.flag("upright"),
                fields.choice("tone", Tone.NORMAL)));
    }

    private static PicturePart states(Fields fields) {
        fields.only("kind", "rows");
        List<PicturePart.Row> rows = fields.list("rows", PictureReader::row);
        return fields.made(() -> new PicturePart.States(rows));
    }

    private static PicturePart.Row row(Fields fields) {
        fields.only("label", "state", "tone");
        return fields.made(() ->
                new PicturePart.Row(fields.text("label"), fields.text("state"), fields.choice("tone", Tone.NORMAL)));
    }

    /** The fields of one object and where it stands. */
    private record Fields(String path, JsonNode node) {

        void only(String... names) {
            for (String name : node.propertyNames()) {
                if (!List.of(names).contains(name)) {
                    throw wrong(
                            ProblemCode.UNSUPPORTED_PARAMETER,
                            name,
                            "There is no such field here, but " + String.join(", ", names) + ".");
                }
            }
        }

        boolean has(String name) {
            return !node.path(name).isMissingNode() && !node.path(name).isNull();
        }

        JsonNode required(String name) {
            if (!has(name)) {
                throw wrong(ProblemCode.MISSING_PARAMETER, name, "This is needed.");
            }
            return node.path(name);
        }

        String text(String name) {
            JsonNode value = required(name);
            if (!value.isString()) {
                throw wrong(ProblemCode.INVALID_VALUE, name, "This is a text.");
            }
            return value.asString();
        }

        double number(String name, @Nullable Double otherwise) {
            if (otherwise != null && !has(name)) {
                return otherwise;
            }
            JsonNode value = required(name);
            if (!value.isNumber()) {
                throw wrong(ProblemCode.INVALID_VALUE, name, "This is a number.");
            }
            return value.asDouble();
        }

        boolean flag(String name) {
            if (has(name) && !node.path(name).isBoolean()) {
                throw wrong(ProblemCode.INVALID_VALUE, name, "This is true or false.");
            }
            return node.path(name).asBoolean(false);
        }

        <E extends Enum<E>> E choice(String name, E otherwise) {
            if (!has(name)) {
                return otherwise;
            }
            List<String> known = new ArrayList<>();
            for (E value : otherwise.getDeclaringClass().getEnumConstants()) {
                String wire = value.name().toLowerCase(Locale.ROOT);
                if (wire.equals(text(name))) {
                    return value;
                }
                known.add(wire);
            }
            throw wrong(ProblemCode.INVALID_VALUE, name, "This is one of " + String.join(", ", known) + ".");
        }

        <T> List<T> list(String name, Function<Fields, T> element) {
            JsonNode array = required(name);
            if (!array.isArray()) {
                throw wrong(ProblemCode.INVALID_VALUE, name, "This is a list.");
            }
            List<T> elements = new ArrayList<>();
            for (JsonNode one : array) {
                String at = path(name) + "[" + elements.size() + "]";
                if (!one.isObject()) {
                    throw new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, at, "This is an object."));
                }
                elements.add(element.apply(new Fields(at, one)));
            }
            return elements;
        }

        /** Makes a record of these fields; what it refuses is told with where the field stands. */
        <T> T made(java.util.function.Supplier<T> record) {
            try {
                return record.get();
            } catch (ProblemException refused) {
                Problem problem = refused.problem();
                String param = Objects.requireNonNullElse(problem.param(), "");
                if (path.isEmpty() || param.startsWith(path)) {
                    throw refused;
                }
                throw wrong(problem.code(), param, problem.message());
            }
        }

        ProblemException wrong(ProblemCode code, String name, String message) {
            return new ProblemException(Problem.at(code, path(Shown.text(name)), message));
        }

        private String path(String name) {
            return path.isEmpty() ? name : path + "." + name;
        }
    }
}
