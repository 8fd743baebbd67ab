// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.random.RandomGenerator;

/** A sign as it hangs in buildings and stands on devices. */
public enum Symbol implements Subject {
    WARNING("a warning sign"),
    ELECTRICITY("a sign that warns of electricity"),
    WIFI("a wifi symbol"),
    POWER("a power symbol"),
    FIRE_EXIT("a fire exit sign"),
    ARROW_LEFT("an arrow to the left"),
    ARROW_RIGHT("an arrow to the right"),
    ARROW_UP("an arrow upwards"),
    ARROW_DOWN("an arrow downwards"),
    NO_ENTRY("a no entry sign"),
    NO_SMOKING("a no smoking sign"),
    FIRST_AID("a first aid sign"),
    INFORMATION("an information sign"),
    PARKING("a parking sign"),
    STAIRS("a stairs symbol");

    private final String phrase;

    Symbol(String phrase) {
        this.phrase = phrase;
    }

    @Override
    public String group() {
        return "symbol";
    }

    @Override
    public String phrase() {
        return phrase;
    }

    @Override
    public String kind() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    @Override
    public void draw(Pen pen, RandomGenerator random) {
        switch (this) {
            case WARNING -> {
                pen.outline(0, -0.85, 0.95, 0.8, -0.95, 0.8);
                pen.heavy(1.6, 0, -0.25, 0, 0.3);
                pen.dot(0, 0.55, 0.09);
            }
            case ELECTRICITY -> {
                pen.outline(0, -0.85, 0.95, 0.8, -0.95, 0.8);
                pen.heavy(1.3, 0.12, -0.35, -0.15, 0.15, 0.15, 0.15, -0.1, 0.62);
            }
            case WIFI -> wifi(pen);
            case POWER -> {
                pen.arc(0, 0.1, 0.75, 0.75, -50, 280);
                pen.heavy(1.3, 0, -0.85, 0, 0.05);
            }
            case FIRE_EXIT -> fireExit(pen);
            case ARROW_LEFT, ARROW_RIGHT, ARROW_UP, ARROW_DOWN -> arrow(pen, random);
            case NO_ENTRY -> {
                pen.circle(0, 0, 0.9);
                pen.area(-0.6, -0.17, 0.6, -0.17, 0.6, 0.17, -0.6, 0.17);
                pen.box(-0.6, -0.17, 0.6, 0.17);
            }
            case NO_SMOKING -> noSmoking(pen);
            case FIRST_AID -> {
                pen.box(-0.9, -0.9, 0.9, 0.9);
                pen.area(
                        -0.2, -0.6, 0.2, -0.6, 0.2, -0.2, 0.6, -0.2, 0.6, 0.2, 0.2, 0.2, 0.2, 0.6, -0.2, 0.6, -0.2, 0.2,
                        -0.6, 0.2, -0.6, -0.2, -0.2, -0.2);
            }
            case INFORMATION -> {
                pen.circle(0, 0, 0.9);
                pen.heavy(1.8, 0, -0.12, 0, 0.55);
                pen.dot(0, -0.45, 0.11);
            }
            case PARKING -> {
                pen.box(-0.9, -0.9, 0.9, 0.9);
                pen.heavy(1.5, -0.3, 0.6, -0.3, -0.6, 0.2, -0.6, 0.42, -0.3, 0.2, 0.02, -0.3, 0.02);
            }
            case STAIRS ->
                pen.heavy(
                        1.2, -0.9, 0.8, -0.5, 0.8, -0.5, 0.4, -0.1, 0.4, -0.1, 0, 0.3, 0, 0.3, -0.4, 0.7, -0.4, 0.7,
                        -0.8, 0.95, -0.8);
        }
    }

    private static void wifi(Pen pen) {
        for (double radius : new double[] {0.45, 0.8, 1.15}) {
            pen.arc(0, 0.6, radius, radius, 225, 90);
        }
        pen.dot(0, 0.6, 0.12);
    }

    private static void fireExit(Pen pen) {
        pen.box(-0.95, -0.8, 0.95, 0.8);
        pen.line(0.4, 0.8, 0.4, -0.5, 0.8, -0.5, 0.8, 0.8);
        pen.dot(-0.1, -0.45, 0.12);
        pen.line(-0.15, -0.3, -0.3, 0.15, 0, 0.35, -0.05, 0.65);
        pen.line(-0.3, 0.15, -0.5, 0.4, -0.75, 0.35);
        pen.line(-0.55, 0, -0.45, -0.25, -0.15, -0.25, 0.05, 0, 0.25, -0.05);
    }

    private static void noSmoking(Pen pen) {
        pen.circle(0, 0, 0.9);
        pen.box(-0.6, 0.05, 0.45, 0.25);
        pen.line(0.5, -0.05, 0.4, -0.2, 0.55, -0.3, 0.45, -0.5);
        pen.heavy(1.3, -0.63, -0.63, 0.63, 0.63);
    }

    private void arrow(Pen pen, RandomGenerator random) {
        int quarters = switch (this) {
            case ARROW_DOWN -> 1;
            case ARROW_LEFT -> 2;
            case ARROW_UP -> 3;
            default -> 0;
        };
        if (random.nextBoolean()) {
            pen.heavy(1.2, turned(quarters, -0.9, 0, 0.9, 0));
            pen.heavy(1.2, turned(quarters, 0.4, -0.5, 0.9, 0, 0.4, 0.5));
        } else {
            double half = random.nextDouble(0.15, 0.3);
            pen.outline(turned(quarters, -0.9, -half, 0.2, -half, 0.2, -0.6, 0.9, 0, 0.2, 0.6, 0.2, half, -0.9, half));
        }
    }

    private static double[] turned(int quarters, double... points) {
        double[] turned = points.clone();
        for (int turn = 0; turn < quarters; turn++) {
            for (int at = 0; at < turned.length; at += 2) {
                double x = turned[at];
                turned[at] = -turned[at + 1];
                turned[at + 1] = x;
            }
        }
        return turned;
    }
}
