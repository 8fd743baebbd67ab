// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A gauge and what it shows.
 *
 * @param form the kind of gauge
 * @param reading what it shows, in steps of the form's scale
 */
public record Gauge(Form form, int reading) implements Subject {

    /** The kinds of gauges, with their scale. */
    public enum Form {
        PERCENT_DIAL("a dial", 100, 1, "%"),
        TEMPERATURE_DIAL("a dial", 50, 1, "°C"),
        PRESSURE_DIAL("a dial", 100, 10, "bar"),
        BAR("a bar gauge", 100, 1, "%"),
        BATTERY("a battery", 100, 1, "%"),
        THERMOMETER("a thermometer", 50, 1, "°C"),
        TANK("a tank", 100, 1, "%");

        private final String noun;
        private final int steps;
        private final int stepsOfUnit;
        private final String unit;

        Form(String noun, int steps, int stepsOfUnit, String unit) {
            this.noun = noun;
            this.steps = steps;
            this.stepsOfUnit = stepsOfUnit;
            this.unit = unit;
        }

        /** How many steps the scale has, from 0. */
        public int steps() {
            return steps;
        }

        /** The unit as it is written. */
        public String unit() {
            return unit;
        }

        /** The end of the scale in its unit. */
        public int end() {
            return steps / stepsOfUnit;
        }
    }

    public Gauge {
        if (reading < 0 || reading > form.steps) {
            throw new IllegalArgumentException(
                    "a %s shows 0 to %d steps, not %d".formatted(form.noun, form.steps, reading));
        }
    }

    @Override
    public String group() {
        return "gauge";
    }

    /** The value with its unit: {@code 42 %}, {@code 21 °C}, {@code 4.2 bar}. */
    public String value() {
        String number = form.stepsOfUnit == 1
                ? Integer.toString(reading)
                : "%d.%d".formatted(reading / form.stepsOfUnit, reading % form.stepsOfUnit);
        return number + " " + form.unit;
    }

    /** What it shows as a part of the scale, 0–1. */
    public double share() {
        return (double) reading / form.steps;
    }

    @Override
    public String phrase() {
        return form.noun + " at " + value();
    }

    @Override
    public String kind() {
        return form.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void draw(Pen pen, RandomGenerator random) {
        switch (form) {
            case PERCENT_DIAL, TEMPERATURE_DIAL, PRESSURE_DIAL -> dial(pen, random);
            case BAR -> bar(pen, random);
            case BATTERY -> battery(pen);
            case THERMOMETER -> thermometer(pen);
            case TANK -> tank(pen);
        }
    }

    private void dial(Pen pen, RandomGenerator random) {
        boolean half = random.nextInt(3) == 0;
        double start = half ? 180 : 135;
        double extent = half ? 180 : 270;
        double middle = half ? 0.35 : 0;
        double radius = half ? 0.97 : 0.92;
        if (half) {
            pen.arc(0, middle, radius, radius, 180, 180);
            pen.line(-radius, middle, radius, middle);
        } else {
            pen.circle(0, 0, radius);
        }
        for (int tick = 0; tick <= 10; tick++) {
            double angle = Math.toRadians(start + extent * tick / 10);
            double x = Math.cos(angle);
            double y = Math.sin(angle);
            double inner = tick % 5 == 0 ? 0.76 : 0.84;
            pen.line(inner * radius * x, middle + inner * radius * y, 0.95 * radius * x, middle + 0.95 * radius * y);
        }
        if (!half) {
            pen.write("0", -0.36, 0.5, 0.2);
            pen.write(Integer.toString(form.end()), 0.36, 0.5, 0.2);
            pen.write(form.unit, 0, 0.73, 0.26);
        } else {
            pen.write("0", -0.8, 0.55, 0.22);
            pen.write(Integer.toString(form.end()), 0.75, 0.55, 0.22);
            pen.write(form.unit, 0, 0.65, 0.3);
        }
        double angle = Math.toRadians(start + extent * share());
        double length = radius * random.nextDouble(0.62, 0.78);
        pen.heavy(1.4, 0, middle, length * Math.cos(angle), middle + length * Math.sin(angle));
        pen.dot(0, middle, 0.1);
    }

    private void bar(Pen pen, RandomGenerator random) {
        boolean upright = random.nextBoolean();
        double end = -0.85 + 1.7 * share();
        frame(pen, upright, -0.85, -0.25, 0.85, 0.25);
        if (reading > 0) {
            pen.area(placed(upright, -0.85, -0.25, end, -0.25, end, 0.25, -0.85, 0.25));
            pen.line(placed(upright, end, -0.25, end, 0.25));
        }
        for (int tick = 0; tick <= 4; tick++) {
            double at = -0.85 + 1.7 * tick / 4;
            pen.line(placed(upright, at, 0.32, at, tick % 2 == 0 ? 0.52 : 0.42));
        }
        double[] low = placed(upright, -0.85, 0.72);
        double[] high = placed(upright, upright ? 0.85 : 0.75, upright ? 0.85 : 0.72);
        pen.write("0", low[0], low[1], 0.22);
        pen.write("100", high[0], high[1], 0.22);
    }

    private static void frame(Pen pen, boolean upright, double left, double top, double right, double bottom) {
        pen.outline(placed(upright, left, top, right, top, right, bottom, left, bottom));
    }

    /** Points of a lying drawing; of a standing one if it is upright, its left end below. */
    private static double[] placed(boolean upright, double... points) {
        double[] placed = points.clone();
        for (int at = 0; upright && at < points.length; at += 2) {
            placed[at] = points[at + 1];
            placed[at + 1] = -points[at];
        }
        return placed;
    }

    private void battery(Pen pen) {
        pen.box(-0.9, -0.45, 0.78, 0.45);
        pen.blot(0.8, -0.18, 0.95, -0.18, 0.95, 0.18, 0.8, 0.18);
        double end = -0.82 + 1.52 * share();
        if (reading > 0) {
            pen.area(-0.82, -0.36, end, -0.36, end, 0.36, -0.82, 0.36);
            pen.line(end, -0.36, end, 0.36);
        }
    }

    private void thermometer(Pen pen) {
        pen.line(-0.15, 0.5, -0.15, -0.85);
        pen.arc(0, -0.85, 0.15, 0.1, 180, 180);
        pen.line(0.15, -0.85, 0.15, 0.5);
        pen.arc(0, 0.68, 0.25, 0.25, -50, 280);
        pen.dot(0, 0.68, 0.17);
        double top = 0.45 - 1.2 * share();
        pen.blot(-0.07, 0.65, -0.07, top, 0.07, top, 0.07, 0.65);
        for (int tick = 0; tick <= 5; tick++) {
            double y = 0.45 - 1.2 * tick / 5;
            pen.line(0.25, y, 0.4, y);
        }
        pen.write("0", 0.58, 0.45, 0.2);
        pen.write("50", 0.62, -0.75, 0.2);
        pen.write("°C", -0.55, -0.7, 0.28);
    }

    private void tank(Pen pen) {
        pen.line(-0.7, -0.9, -0.7, 0.85, 0.7, 0.85, 0.7, -0.9);
        double level = 0.85 - 1.6 * share();
        pen.arc(0, -0.9, 0.7, 0.12, 0, 360);
        if (reading > 0) {
            pen.line(
                    -0.7,
                    level,
                    -0.4,
                    level + 0.05,
                    -0.1,
                    level - 0.04,
                    0.2,
                    level + 0.05,
                    0.45,
                    level - 0.04,
                    0.7,
                    level);
            pen.area(-0.7, level, 0.7, level, 0.7, 0.85, -0.7, 0.85);
        }
    }
}
