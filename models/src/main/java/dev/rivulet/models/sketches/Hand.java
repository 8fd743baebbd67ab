// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.util.Map;

/**
 * Who writes the figures and the few letters of a drawing: each sign is a few strokes in a cell 1 wide and 1 high, y downwards.
 * Signs without strokes of their own in a hand are written as the round hand does.
 */
public enum Hand {
    /** Round figures. */
    ROUND(0, Map.of()),
    /** Figures of straight strokes. */
    ANGULAR(
            0,
            Map.ofEntries(
                    Map.entry('0', strokes("0 0 1 0 1 1 0 1 0 0")),
                    Map.entry('1', strokes("0.5 0 0.5 1")),
                    Map.entry('2', strokes("0 0 1 0 1 0.5 0 0.5 0 1 1 1")),
                    Map.entry('3', strokes("0 0 1 0 0.4 0.45 1 0.45 1 1 0 1")),
                    Map.entry('4', strokes("0 0 0 0.6 1 0.6;0.8 0.2 0.8 1")),
                    Map.entry('5', strokes("1 0 0 0 0 0.5 1 0.5 1 1 0 1")),
                    Map.entry('6', strokes("1 0 0 0 0 1 1 1 1 0.5 0 0.5")),
                    Map.entry('7', strokes("0 0 1 0 0.4 1")),
                    Map.entry('8', strokes("0 0 1 0 1 1 0 1 0 0;0 0.5 1 0.5")),
                    Map.entry('9', strokes("1 0.5 0 0.5 0 0 1 0 1 1 0.2 1")))),
    /** Round figures that lean back. */
    BACKWARD(-0.2, Map.of()),
    /** Round figures that lean far, straight ones among them. */
    ITALIC(
            0.45,
            Map.of(
                    '1', strokes("0.5 0 0.5 1"),
                    '0', strokes("0.5 0 0 0.3 0.1 0.9 0.5 1 1 0.7 0.9 0.1 0.5 0"))),
    /** Leaning figures with flags and a crossed seven. */
    SLANTED(
            0.25,
            Map.of(
                    '1', strokes("0.2 0.3 0.6 0 0.6 1"),
                    '2', strokes("0.1 0.2 0.4 0 0.8 0.1 0.8 0.35 0 1 0.3 0.9 1 1"),
                    '4', strokes("0.5 0 0 0.65 1 0.65;0.7 0.4 0.6 1"),
                    '7', strokes("0 0.1 0 0 1 0 0.5 1;0.3 0.5 0.9 0.5")));

    private static final Map<Character, double[][]> ROUND_SIGNS = Map.ofEntries(
            Map.entry('0', strokes("0.5 0 0.1 0.2 0 0.5 0.1 0.8 0.5 1 0.9 0.8 1 0.5 0.9 0.2 0.5 0")),
            Map.entry('1', strokes("0.2 0.25 0.6 0 0.6 1")),
            Map.entry('2', strokes("0 0.25 0.2 0.03 0.7 0 0.95 0.25 0.8 0.5 0 1 1 1")),
            Map.entry('3', strokes("0.05 0.15 0.5 0 0.9 0.2 0.8 0.42 0.4 0.48 0.9 0.6 0.95 0.85 0.5 1 0 0.85")),
            Map.entry('4', strokes("0.7 1 0.7 0 0 0.65 1 0.65")),
            Map.entry('5', strokes("0.9 0 0.15 0 0.1 0.45 0.6 0.4 0.95 0.65 0.8 0.95 0.4 1 0 0.9")),
            Map.entry('6', strokes("0.8 0 0.3 0.2 0 0.65 0.2 0.97 0.7 1 0.95 0.7 0.7 0.48 0.1 0.6")),
            Map.entry('7', strokes("0 0 1 0 0.35 1")),
            Map.entry('8', strokes("0.5 0.45 0.1 0.25 0.5 0 0.9 0.25 0.5 0.45 0 0.75 0.5 1 1 0.75 0.5 0.45")),
            Map.entry('9', strokes("0.9 0.35 0.4 0.5 0.05 0.3 0.4 0 0.85 0.1 0.9 0.4 0.6 1")),
            Map.entry(
                    '%',
                    strokes("1 0 0 1;0.15 0.1 0.3 0.1 0.3 0.3 0.15 0.3 0.15 0.1;"
                            + "0.7 0.7 0.85 0.7 0.85 0.9 0.7 0.9 0.7 0.7")),
            Map.entry('°', strokes("0.4 0 0.2 0.2 0.4 0.35 0.65 0.2 0.4 0")),
            Map.entry('C', strokes("1 0.15 0.5 0 0.1 0.3 0.1 0.7 0.5 1 1 0.85")),
            Map.entry('b', strokes("0.1 0 0.1 1 0.7 1 0.9 0.7 0.7 0.45 0.1 0.5")),
            Map.entry('a', strokes("0.9 0.45 0.4 0.42 0.1 0.7 0.4 1 0.9 0.8;0.9 0.42 0.9 1")),
            Map.entry('r', strokes("0.2 0.42 0.2 1;0.2 0.6 0.5 0.42 0.9 0.5")),
            Map.entry('i', strokes("0.5 0.4 0.5 1;0.5 0.08 0.5 0.14")),
            Map.entry('P', strokes("0.1 1 0.1 0 0.7 0 0.95 0.25 0.7 0.55 0.1 0.55")));

    private final double slant;
    private final Map<Character, double[][]> own;

    Hand(double slant, Map<Character, double[][]> own) {
        this.slant = slant;
        this.own = own;
    }

    /**
     * The strokes of a sign: x and y of each point in turn.
     *
     * @throws IllegalArgumentException if no hand can write it
     */
    double[][] write(char sign) {
        double[][] upright = own.getOrDefault(sign, ROUND_SIGNS.get(sign));
        if (upright == null) {
            throw new IllegalArgumentException("no hand writes '" + sign + "'");
        }
        double[][] leaning = new double[upright.length][];
        for (int stroke = 0; stroke < upright.length; stroke++) {
            leaning[stroke] = upright[stroke].clone();
            for (int at = 0; at < leaning[stroke].length; at += 2) {
                leaning[stroke][at] += slant * (0.5 - leaning[stroke][at + 1]);
            }
        }
        return leaning;
    }

    private static double[][] strokes(String text) {
        String[] parts = text.split(";");
        double[][] strokes = new double[parts.length][];
        for (int part = 0; part < parts.length; part++) {
            String[] numbers = parts[part].strip().split(" ");
            strokes[part] = new double[numbers.length];
            for (int at = 0; at < numbers.length; at++) {
                strokes[part][at] = Double.parseDouble(numbers[at]);
            }
        }
        return strokes;
    }
}
