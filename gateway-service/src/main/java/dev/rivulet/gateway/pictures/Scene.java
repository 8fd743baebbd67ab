// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import dev.rivulet.gateway.pictures.Mark.Anchor;
import dev.rivulet.gateway.pictures.Mark.Arc;
import dev.rivulet.gateway.pictures.Mark.Box;
import dev.rivulet.gateway.pictures.Mark.Disc;
import dev.rivulet.gateway.pictures.Mark.Ink;
import dev.rivulet.gateway.pictures.Mark.Label;
import dev.rivulet.gateway.pictures.Mark.Line;
import dev.rivulet.gateway.pictures.PicturePart.Tone;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture laid out: the marks that both SVG and PNG are written from, those behind first.
 *
 * @param title name of the picture
 * @param width pixels
 * @param height pixels
 * @param marks what is drawn
 */
record Scene(String title, int width, int height, List<Mark> marks) {

    private static final double GAUGE_START = 135;
    private static final double GAUGE_EXTENT = 270;
    private static final int TICKS = 10;

    /** A rectangle that a part is drawn into. */
    private record Area(double x, double y, double width, double height) {
        Area inset(double by) {
            return new Area(x + by, y + by, Math.max(1, width - 2 * by), Math.max(1, height - 2 * by));
        }
    }

    Scene {
        marks = List.copyOf(marks);
    }

    static Scene of(DrawPicture picture) {
        List<Mark> marks = new ArrayList<>();
        marks.add(new Box(0, 0, picture.width(), picture.height(), Ink.PAPER, Ink.PAPER));
        double head = Math.clamp(picture.height() * 0.08, 10.0, 28.0);
        marks.add(new Label(
                picture.width() / 2.0, head, head * 0.8, picture.width(), Anchor.MIDDLE, Ink.LINE, picture.title()));
        int count = picture.parts().size();
        int columns = (int) Math.ceil(Math.sqrt(count));
        int rows = (count + columns - 1) / columns;
        double top = head * 1.4;
        double wide = (double) picture.width() / columns;
        double high = (picture.height() - top) / rows;
        for (int at = 0; at < count; at++) {
            int row = at / columns;
            Area area = new Area(wide * (at % columns), top + high * row, wide, high);
            draw(marks, picture.parts().get(at), area.inset(Math.min(wide, high) * 0.05));
        }
        return new Scene(picture.title(), picture.width(), picture.height(), marks);
    }

    private static void draw(List<Mark> marks, PicturePart part, Area area) {
        switch (part) {
            case PicturePart.Gauge gauge -> gauge(marks, gauge, area);
            case PicturePart.Plan plan -> plan(marks, plan, area);
            case PicturePart.States states -> states(marks, states, area);
        }
    }

    private static void gauge(List<Mark> marks, PicturePart.Gauge gauge, Area area) {
        double radius = Math.min(area.width(), area.height()) * 0.42;
        double x = area.x() + area.width() / 2;
        double y = area.y() + area.height() * 0.47;
        double thick = radius * 0.09;
        marks.add(new Arc(x, y, radius, GAUGE_START, GAUGE_EXTENT, thick, Ink.FAINT));
        Double from = gauge.warnFrom();
        if (from != null && share(gauge, from) < 1) {
            double begin = share(gauge, from) * GAUGE_EXTENT;
            marks.add(new Arc(x, y, radius, GAUGE_START + begin, GAUGE_EXTENT - begin, thick, Ink.ALARM));
        }
        for (int tick = 0; tick <= TICKS; tick++) {
            marks.add(spoke(x, y, radius * 0.84, radius * 0.93, (double) tick / TICKS, thick * 0.3));
        }
        marks.add(spoke(x, y, 0, radius * 0.75, share(gauge, gauge.value()), thick * 0.6));
        marks.add(new Disc(x, y, radius * 0.08, Ink.LINE));
        String unit = gauge.unit() == null ? "" : " " + gauge.unit();
        double size = radius * 0.26;
        scaleEnds(marks, gauge, x, y, radius);
        marks.add(new Label(
                x, y + radius * 0.62, size, radius * 1.4, Anchor.MIDDLE, Ink.LINE, Figures.text(gauge.value()) + unit));
        marks.add(new Label(x, y + radius * 1.18, size * 0.8, area.width(), Anchor.MIDDLE, Ink.LINE, gauge.label()));
    }

    private static void scaleEnds(List<Mark> marks, PicturePart.Gauge gauge, double x, double y, double radius) {
        double size = radius * 0.17;
        double down = y + radius * 0.95;
        marks.add(new Label(
                x - radius * 0.5, down, size, radius * 0.7, Anchor.MIDDLE, Ink.OFF, Figures.text(gauge.low())));
        marks.add(new Label(
                x + radius * 0.5, down, size, radius * 0.7, Anchor.MIDDLE, Ink.OFF, Figures.text(gauge.high())));
    }

    private static double share(PicturePart.Gauge gauge, double value) {
        return Math.clamp((value - gauge.low()) / (gauge.high() - gauge.low()), 0.0, 1.0);
    }

    private static Line spoke(double x, double y, double inner, double outer, double share, double thick) {
        double angle = Math.toRadians(GAUGE_START + GAUGE_EXTENT * share);
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        return new Line(x + inner * cos, y + inner * sin, x + outer * cos, y + outer * sin, thick, Ink.LINE);
    }

    private static void plan(List<Mark> marks, PicturePart.Plan plan, Area area) {
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = 0;
        double bottom = 0;
        for (PicturePart.Room room : plan.rooms()) {
            left = Math.min(left, room.x());
            top = Math.min(top, room.y());
            right = Math.max(right, room.x() + room.width());
            bottom = Math.max(bottom, room.y() + room.height());
        }
        double scale = Math.min(area.width() / (right - left), area.height() / (bottom - top));
        double x = area.x() + (area.width() - scale * (right - left)) / 2 - scale * left;
        double y = area.y() + (area.height() - scale * (bottom - top)) / 2 - scale * top;
        plan.rooms().forEach(room -> room(marks, room, x, y, scale));
        double door = Math.max(4, Math.min(area.width(), area.height()) * 0.06);
        for (PicturePart.Door one : plan.doors()) {
            double alongX = one.upright() ? 0 : door / 2;
            double alongY = one.upright() ? door / 2 : 0;
            double middleX = x + scale * one.x();
            double middleY = y + scale * one.y();
            marks.add(new Line(
                    middleX - alongX,
                    middleY - alongY,
                    middleX + alongX,
                    middleY + alongY,
                    door * 0.3,
                    strong(one.tone())));
        }
    }

    private static void room(List<Mark> marks, PicturePart.Room room, double x, double y, double scale) {
        double left = x + scale * room.x();
        double top = y + scale * room.y();
        double wide = scale * room.width();
        double high = scale * room.height();
        marks.add(new Box(left, top, wide, high, pale(room.tone()), Ink.LINE));
        double size = Math.clamp(Math.min(high * 0.2, wide * 0.14), 3.0, 22.0);
        String note = room.note();
        double base = top + high / 2 + (note == null ? size * 0.35 : -size * 0.1);
        marks.add(new Label(left + wide / 2, base, size, wide * 0.95, Anchor.MIDDLE, Ink.LINE, room.name()));
        if (note != null) {
            marks.add(new Label(
                    left + wide / 2, base + size * 1.15, size * 0.85, wide * 0.95, Anchor.MIDDLE, Ink.LINE, note));
        }
    }

    private static void states(List<Mark> marks, PicturePart.States states, Area area) {
        double pitch = Math.min(Math.min(area.height() / states.rows().size(), area.width() * 0.11), 40);
        double size = pitch * 0.5;
        double y = area.y();
        for (PicturePart.Row row : states.rows()) {
            double base = y + pitch * 0.65;
            marks.add(new Disc(area.x() + pitch * 0.3, y + pitch * 0.48, pitch * 0.22, strong(row.tone())));
            marks.add(new Label(
                    area.x() + pitch * 0.75,
                    base,
                    size,
                    area.width() * 0.55 - pitch * 0.75,
                    Anchor.START,
                    Ink.LINE,
                    row.label()));
            marks.add(new Label(
                    area.x() + area.width(),
                    base,
                    size,
                    area.width() * 0.42,
                    Anchor.END,
                    strong(row.tone()),
                    row.state()));
            marks.add(new Line(area.x(), y + pitch, area.x() + area.width(), y + pitch, 0.5, Ink.FAINT));
            y += pitch;
        }
    }

    private static Ink strong(Tone tone) {
        return switch (tone) {
            case NORMAL -> Ink.LINE;
            case GOOD -> Ink.GOOD;
            case WARNING -> Ink.WARNING;
            case ALARM -> Ink.ALARM;
            case OFF -> Ink.OFF;
        };
    }

    private static Ink pale(Tone tone) {
        return switch (tone) {
            case NORMAL -> Ink.NORMAL;
            case GOOD -> Ink.GOOD_PALE;
            case WARNING -> Ink.WARNING_PALE;
            case ALARM -> Ink.ALARM_PALE;
            case OFF -> Ink.OFF_PALE;
        };
    }
}
