// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

/** A stroke, area or text of a picture, in pixels from its upper left corner. Angles are degrees clockwise from the right. */
sealed interface Mark {

    /** The colours there are. */
    enum Ink {
        PAPER("#ffffff"),
        LINE("#263238"),
        FAINT("#90a4ae"),
        NORMAL("#e3f2fd"),
        GOOD("#2e7d32"),
        GOOD_PALE("#c8e6c9"),
        WARNING("#ef6c00"),
        WARNING_PALE("#ffe0b2"),
        ALARM("#c62828"),
        ALARM_PALE("#ffcdd2"),
        OFF("#78909c"),
        OFF_PALE("#eceff1");

        private final String web;

        Ink(String web) {
            this.web = web;
        }

        /** As CSS writes it: {@code #rrggbb}. */
        String web() {
            return web;
        }
    }

    /** Where a text stands about its point. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A filled rectangle with an outline. */
    record Box(double x, double y, double width, double height, Ink fill, Ink line) implements Mark {}

    record Line(double x1, double y1, double x2, double y2, double thick, Ink ink) implements Mark {}

    /** A filled circle. */
    record Disc(double x, double y, double radius, Ink ink) implements Mark {}

    /** A part of a circle's line, less than a whole turn. */
    record Arc(double x, double y, double radius, double start, double extent, double thick, Ink ink) implements Mark {}

    /** A line of text on its base line; what would be wider than {@code room} is cut off with an ellipsis. */
    record Label(double x, double y, double size, double room, Anchor anchor, Ink ink, String text) implements Mark {

        private static final double USUAL_SIGN = 0.55;

        /** What fits by a sign's usual width. */
        String fitting() {
            int most = Math.max(1, (int) (room / (size * USUAL_SIGN)));
            int length = text.codePointCount(0, text.length());
            return length <= most ? text : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
        }
    }
}
