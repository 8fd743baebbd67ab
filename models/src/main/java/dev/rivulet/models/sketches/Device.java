// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** A device of a building in one of its states. */
public enum Device implements Subject {
    LAMP_ON("a lamp that is on"),
    LAMP_OFF("a lamp that is off"),
    RADIATOR_HOT("a radiator that is hot"),
    RADIATOR_COLD("a radiator that is cold"),
    THERMOSTAT("a thermostat"),
    CAMERA_LEFT("a camera that looks left"),
    CAMERA_RIGHT("a camera that looks right"),
    LOCK_LOCKED("a lock that is locked"),
    LOCK_UNLOCKED("a lock that is unlocked"),
    BLINDS_OPEN("blinds that are open"),
    BLINDS_HALF("blinds that are half closed"),
    BLINDS_CLOSED("blinds that are closed"),
    LIFT_UP("a lift that goes up"),
    LIFT_DOWN("a lift that goes down"),
    FAN_THREE("a fan with 3 blades"),
    FAN_FOUR("a fan with 4 blades"),
    SMOKE_DETECTOR_SOUNDING("a smoke detector that sounds"),
    SMOKE_DETECTOR_QUIET("a smoke detector that is quiet"),
    SOCKET("a socket"),
    WINDOW_OPEN("a window that is open"),
    WINDOW_CLOSED("a window that is closed"),
    DOOR_OPEN("a door that is open"),
    DOOR_CLOSED("a door that is closed"),
    SPEAKER("a speaker");

    private final String phrase;

    Device(String phrase) {
        this.phrase = phrase;
    }

    @Override
    public String group() {
        return "device";
    }

    @Override
    public String phrase() {
        return phrase;
    }

    @Override
    public String kind() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void draw(Pen pen, RandomGenerator random) {
        switch (this) {
            case LAMP_ON -> lamp(pen, true);
            case LAMP_OFF -> lamp(pen, false);
            case RADIATOR_HOT -> radiator(pen, random, true);
            case RADIATOR_COLD -> radiator(pen, random, false);
            case THERMOSTAT -> thermostat(pen, random);
            case CAMERA_LEFT -> camera(pen, -1);
            case CAMERA_RIGHT -> camera(pen, 1);
            case LOCK_LOCKED -> lock(pen, true);
            case LOCK_UNLOCKED -> lock(pen, false);
            case BLINDS_OPEN -> blinds(pen, random.nextDouble(0.1, 0.2));
            case BLINDS_HALF -> blinds(pen, random.nextDouble(0.42, 0.6));
            case BLINDS_CLOSED -> blinds(pen, 1);
            case LIFT_UP -> lift(pen, -1);
            case LIFT_DOWN -> lift(pen, 1);
            case FAN_THREE -> fan(pen, random, 3);
            case FAN_FOUR -> fan(pen, random, 4);
            case SMOKE_DETECTOR_SOUNDING -> smokeDetector(pen, true);
            case SMOKE_DETECTOR_QUIET -> smokeDetector(pen, false);
            case SOCKET -> {
                pen.box(-0.85, -0.85, 0.85, 0.85);
                pen.circle(0, 0, 0.6);
                pen.dot(-0.27, 0, 0.1);
                pen.dot(0.27, 0, 0.1);
            }
            case WINDOW_OPEN -> window(pen, true);
            case WINDOW_CLOSED -> window(pen, false);
            case DOOR_OPEN -> door(pen, true);
            case DOOR_CLOSED -> door(pen, false);
            case SPEAKER -> {
                pen.box(-0.6, -0.95, 0.6, 0.95);
                pen.circle(0, -0.5, 0.25);
                pen.circle(0, 0.35, 0.45);
                pen.dot(0, 0.35, 0.12);
            }
        }
    }

    private static void lamp(Pen pen, boolean on) {
        pen.arc(0, -0.15, 0.45, 0.45, 125, 290);
        pen.line(-0.25, 0.22, -0.2, 0.45, 0.2, 0.45, 0.25, 0.22);
        pen.line(-0.18, 0.6, 0.18, 0.6);
        pen.line(-0.1, 0.75, 0.1, 0.75);
        pen.line(-0.1, 0.4, -0.15, -0.1, 0, 0, 0.15, -0.1, 0.1, 0.4);
        for (int ray = 0; on && ray < 7; ray++) {
            double angle = Math.toRadians(-210 + 40 * ray);
            double x = Math.cos(angle);
            double y = Math.sin(angle);
            pen.line(0.62 * x, -0.15 + 0.62 * y, 0.92 * x, -0.15 + 0.85 * y);
        }
    }

    private static void radiator(Pen pen, RandomGenerator random, boolean hot) {
        int ribs = random.nextInt(4, 8);
        double top = hot ? -0.1 : -0.35;
        pen.box(-0.9, top, 0.9, 0.75);
        for (int rib = 1; rib < ribs; rib++) {
            double x = -0.9 + 1.8 * rib / ribs;
            pen.line(x, top + 0.1, x, 0.65);
        }
        pen.line(-0.7, 0.75, -0.7, 0.92);
        pen.line(0.7, 0.75, 0.7, 0.92);
        for (int wave = -1; hot && wave <= 1; wave++) {
            double x = 0.5 * wave;
            pen.line(x, -0.3, x + 0.12, -0.42, x - 0.08, -0.6, x + 0.12, -0.75, x, -0.92);
        }
    }

    private static void thermostat(Pen pen, RandomGenerator random) {
        pen.circle(0, 0, 0.92);
        pen.circle(0, 0, 0.68);
        pen.write(Integer.toString(random.nextInt(15, 29)), 0, 0, 0.5);
        double angle = Math.toRadians(random.nextDouble(-200, 20));
        pen.dot(0.8 * Math.cos(angle), 0.8 * Math.sin(angle), 0.09);
    }

    private static void camera(Pen pen, int side) {
        pen.box(-0.5, -0.5, 0.5, 0.05);
        pen.outline(side * 0.5, -0.35, side * 0.85, -0.48, side * 0.85, 0.05, side * 0.5, -0.1);
        pen.line(-side * 0.2, 0.05, -side * 0.2, 0.45, -side * 0.7, 0.6);
        pen.heavy(1.5, -side * 0.75, 0.3, -side * 0.75, 0.9);
        pen.dot(-side * 0.3, -0.25, 0.08);
    }

    private static void lock(Pen pen, boolean locked) {
        pen.box(-0.7, -0.05, 0.7, 0.9);
        pen.dot(0, 0.33, 0.13);
        pen.heavy(1.3, 0, 0.35, 0, 0.65);
        if (locked) {
            pen.line(-0.45, -0.05, -0.45, -0.4);
            pen.arc(0, -0.4, 0.45, 0.5, 180, 180);
            pen.line(0.45, -0.4, 0.45, -0.05);
        } else {
            pen.line(0.4, -0.05, 0.4, -0.45);
            pen.arc(0.8, -0.45, 0.4, 0.45, 180, 180);
            pen.line(1.2, -0.45, 1.2, -0.2);
        }
    }

    private static void blinds(Pen pen, double closed) {
        pen.box(-0.85, -0.9, 0.85, 0.9);
        double bottom = -0.9 + 1.8 * closed;
        for (double y = -0.75; y <= bottom; y += 0.17) {
            pen.line(-0.8, y, 0.8, y);
        }
        pen.heavy(1.4, -0.85, Math.min(0.85, bottom), 0.85, Math.min(0.85, bottom));
        pen.line(0.65, Math.min(0.7, bottom), 0.65, Math.min(0.95, bottom + 0.25));
    }

    private static void lift(Pen pen, int down) {
        pen.box(-0.7, -0.45, 0.7, 0.95);
        pen.line(0, -0.45, 0, 0.95);
        pen.area(-0.3, -0.75 - 0.16 * down, 0.3, -0.75 - 0.16 * down, 0, -0.75 + 0.2 * down);
        pen.outline(-0.3, -0.75 - 0.16 * down, 0.3, -0.75 - 0.16 * down, 0, -0.75 + 0.2 * down);
        pen.line(-0.35, 0.1, -0.35, 0.35);
        pen.line(0.35, 0.1, 0.35, 0.35);
    }

    private static void fan(Pen pen, RandomGenerator random, int blades) {
        pen.circle(0, 0, 0.92);
        double first = random.nextDouble(360);
        for (int blade = 0; blade < blades; blade++) {
            double angle = Math.toRadians(first + 360.0 * blade / blades);
            double x = Math.cos(angle);
            double y = Math.sin(angle);
            double wide = 0.75 / blades;
            pen.outline(
                    0.12 * x,
                    0.12 * y,
                    0.5 * x - wide * y,
                    0.5 * y + wide * x,
                    0.78 * x - wide * 0.5 * y,
                    0.78 * y + wide * 0.5 * x,
                    0.72 * x + wide * 0.4 * y,
                    0.72 * y - wide * 0.4 * x);
        }
        pen.dot(0, 0, 0.13);
    }

    private static void smokeDetector(Pen pen, boolean sounding) {
        double up = sounding ? -0.55 : -0.3;
        pen.heavy(1.3, -0.95, up, 0.95, up);
        pen.arc(0, up, 0.7, 0.55, 0, 180);
        pen.line(-0.4, up + 0.18, 0.4, up + 0.18);
        pen.dot(0.3, up + 0.3, 0.07);
        for (int ring = 0; sounding && ring < 3; ring++) {
            pen.arc(0, up + 0.45, 0.4 + 0.25 * ring, 0.4 + 0.25 * ring, 55, 70);
        }
    }

    private static void window(Pen pen, boolean open) {
        pen.box(-0.75, -0.9, 0.75, 0.9);
        if (open) {
            pen.outline(-0.75, -0.9, -0.15, -0.6, -0.15, 1.05, -0.75, 0.9);
            pen.line(-0.45, -0.75, -0.45, 0.97);
            pen.line(0, -0.75, 0, -0.9);
        } else {
            pen.line(0, -0.9, 0, 0.9);
            pen.line(-0.75, 0, 0.75, 0);
            pen.dot(0.1, 0.12, 0.07);
        }
    }

    private static void door(Pen pen, boolean open) {
        pen.line(-0.95, 0.9, 0.95, 0.9);
        pen.line(-0.5, 0.9, -0.5, -0.9, 0.5, -0.9, 0.5, 0.9);
        if (open) {
            pen.line(-0.5, -0.9, 0.1, -0.65, 0.1, 1.1, -0.5, 0.9);
            pen.dot(-0.02, 0.2, 0.07);
        } else {
            pen.box(-0.3, -0.7, 0.3, -0.1);
            pen.dot(0.35, 0.1, 0.09);
        }
    }
}
