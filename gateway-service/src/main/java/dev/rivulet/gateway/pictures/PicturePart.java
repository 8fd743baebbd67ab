// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a picture. Texts have 1–80 characters, none of them a control character. */
public sealed interface PicturePart {

    /** How a thing is, and so its colour. */
    enum Tone {
        NORMAL,
        GOOD,
        WARNING,
        ALARM,
        OFF
    }

    /**
     * A dial.
     *
     * @param label what is measured
     * @param value what it shows; the needle stays within the scale
     * @param low begin of the scale, at least -1,000,000
     * @param high end of the scale, above its begin, at most 1,000,000
     * @param unit behind numbers, or nothing
     * @param warnFrom from where on the scale is marked, or nothing
     */
    record Gauge(
            String label,
            double value,
            double low,
            double high,
            @Nullable String unit,
            @Nullable Double warnFrom) implements PicturePart {
        public Gauge {
            Bounds.text("label", label);
            Bounds.number("low", low, -Bounds.FAR, Bounds.FAR);
            Bounds.number("high", high, -Bounds.FAR, Bounds.FAR);
            Bounds.number("value", value, -Bounds.FAR, Bounds.FAR);
            if (low >= high) {
                throw Bounds.wrong("high", "The end of a scale lies above its begin.");
            }
            if (unit != null) {
                Bounds.text("unit", unit);
            }
            if (warnFrom != null) {
                Bounds.number("warn_from", warnFrom, low, high);
            }
        }
    }

    /**
     * A floor plan; lengths in metres, x to the right, y downwards.
     *
     * @param rooms 1–40
     * @param doors 0–80
     */
    record Plan(List<Room> rooms, List<Door> doors) implements PicturePart {
        private static final int MOST_ROOMS = 40;
        private static final int MOST_DOORS = 80;

        public Plan {
            rooms = List.copyOf(rooms);
            doors = List.copyOf(doors);
            Bounds.count("rooms", rooms.size(), 1, MOST_ROOMS);
            Bounds.count("doors", doors.size(), 0, MOST_DOORS);
        }
    }

    /**
     * A room.
     *
     * @param name written in it
     * @param x left edge, 0–1000
     * @param y upper edge, 0–1000
     * @param width 0.1–1000
     * @param height 0.1–1000
     * @param note a second line, such as its temperature, or nothing
     * @param tone its colour
     */
    record Room(
            String name,
            double x,
            double y,
            double width,
            double height,
            @Nullable String note,
            Tone tone) {
        public Room {
            Bounds.text("name", name);
            Bounds.number("x", x, 0, Bounds.WIDE);
            Bounds.number("y", y, 0, Bounds.WIDE);
            Bounds.number("width", width, 0.1, Bounds.WIDE);
            Bounds.number("height", height, 0.1, Bounds.WIDE);
            if (note != null) {
                Bounds.text("note", note);
            }
        }
    }

    /**
     * A door in a wall.
     *
     * @param x middle, 0–1000
     * @param y middle, 0–1000
     * @param upright whether its wall runs from above downwards
     * @param tone its colour
     */
    record Door(double x, double y, boolean upright, Tone tone) {
        public Door {
            Bounds.number("x", x, 0, Bounds.WIDE);
            Bounds.number("y", y, 0, Bounds.WIDE);
        }
    }

    /**
     * A list of things and how they are.
     *
     * @param rows 1–20
     */
    record States(List<Row> rows) implements PicturePart {
        private static final int MOST_ROWS = 20;

        public States {
            rows = List.copyOf(rows);
            Bounds.count("rows", rows.size(), 1, MOST_ROWS);
        }
    }

    /**
     * A thing and how it is.
     *
     * @param label the thing
     * @param state how it is
     * @param tone its colour
     */
    record Row(String label, String state, Tone tone) {
        public Row {
            Bounds.text("label", label);
            Bounds.text("state", state);
        }
    }
}
