// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.awt.Color;
import java.util.random.RandomGenerator;

/**
 * How a drawing is made. Lengths are pixels of a drawing 96 pixels wide and grow with the size drawn.
 *
 * @param width width of a stroke, 0.5–6
 * @param jitter how far a stroke strays, standard deviation, 0–3
 * @param tilt turn of the whole drawing, degrees
 * @param scale part of the sheet that the drawing fills, 0.3–1
 * @param stretch width over height, 0.5–2
 * @param shiftX where the middle lies, in parts of the room that is left over, -1–1
 * @param shiftY the same downwards
 * @param gaps chance that a stroke is broken once, 0–1
 * @param twice chance that a stroke is drawn a second time, 0–1
 * @param hatched whether areas are hatched instead of filled
 * @param ink colour of the pen
 * @param paper colour of the sheet
 * @param ruling what is printed on the sheet
 * @param shade difference of brightness over the sheet, 0–100
 * @param noise standard deviation of the noise of a pixel, 0–64
 * @param hand who writes the figures
 */
public record Style(
        double width,
        double jitter,
        double tilt,
        double scale,
        double stretch,
        double shiftX,
        double shiftY,
        double gaps,
        double twice,
        boolean hatched,
        Color ink,
        Color paper,
        Ruling ruling,
        double shade,
        double noise,
        Hand hand) {

    /** What is printed on a sheet. */
    public enum Ruling {
        PLAIN,
        LINED,
        SQUARED,
        DOTTED
    }

    public Style {
        within("width", width, 0.5, 6);
        within("jitter", jitter, 0, 3);
        within("tilt", tilt, -45, 45);
        within("scale", scale, 0.3, 1);
        within("stretch", stretch, 0.5, 2);
        within("shiftX", shiftX, -1, 1);
        within("shiftY", shiftY, -1, 1);
        within("gaps", gaps, 0, 1);
        within("twice", twice, 0, 1);
        within("shade", shade, 0, 100);
        within("noise", noise, 0, 64);
    }

    private static void within(String what, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(
                    "the %s of a style must be %s to %s but is %s".formatted(what, low, high, value));
        }
    }

    /**
     * A style of those trained on: no measure but the place on the sheet takes a value that {@link #heldOut} takes, nor do ink,
     * paper, squares on the sheet and hand. Most measures have values on both sides of those held out.
     */
    public static Style trained(RandomGenerator random) {
        Ruling[] rulings = {Ruling.PLAIN, Ruling.PLAIN, Ruling.LINED, Ruling.DOTTED};
        Hand[] hands = {Hand.ROUND, Hand.ANGULAR, Hand.BACKWARD, Hand.ITALIC};
        double tilt = either(random, 0, 8, 11, 16);
        return new Style(
                random.nextInt(4) == 0 ? either(random, 0.85, 1.05, 3.8, 4.6) : random.nextDouble(1.3, 3.2),
                either(random, 0, 0.7, 0.95, 1.3),
                random.nextBoolean() ? tilt : -tilt,
                either(random, 0.74, 0.96, 0.58, 0.68),
                random.nextBoolean() ? either(random, 1, 1.1, 1.17, 1.3) : either(random, 0.9, 1, 0.76, 0.85),
                random.nextDouble(-1, 1),
                random.nextDouble(-1, 1),
                either(random, 0, 0.12, 0.18, 0.28),
                either(random, 0, 0.25, 0.4, 0.55),
                random.nextBoolean(),
                trainedInk(random),
                random.nextInt(3) == 0 ? paper(random, 170, 200) : paper(random, 222, 256),
                rulings[random.nextInt(rulings.length)],
                either(random, 0, 24, 36, 50),
                either(random, 0, 9, 13, 18),
                hands[random.nextInt(hands.length)]);
    }

    /** A number of the first range, or once in three of the second. */
    private static double either(RandomGenerator random, double low, double high, double otherLow, double otherHigh) {
        return random.nextInt(3) == 0 ? random.nextDouble(otherLow, otherHigh) : random.nextDouble(low, high);
    }

    /**
     * A style never trained: every measure but the place on the sheet lies outside its trained ranges, all of them at once, and so
     * do ink, paper and hand.
     */
    public static Style heldOut(RandomGenerator random) {
        boolean thick = random.nextBoolean();
        double tilt = random.nextDouble(8, 11);
        return new Style(
                thick ? random.nextDouble(3.2, 3.8) : random.nextDouble(1.05, 1.3),
                random.nextDouble(0.7, 0.95),
                random.nextBoolean() ? tilt : -tilt,
                random.nextDouble(0.68, 0.74),
                random.nextBoolean() ? random.nextDouble(0.85, 0.9) : random.nextDouble(1.1, 1.17),
                random.nextDouble(-1, 1),
                random.nextDouble(-1, 1),
                random.nextDouble(0.12, 0.18),
                random.nextDouble(0.25, 0.4),
                random.nextBoolean(),
                heldOutInk(random),
                paper(random, 200, 222),
                random.nextBoolean() ? Ruling.SQUARED : Ruling.PLAIN,
                random.nextDouble(24, 36),
                random.nextDouble(9, 13),
                Hand.SLANTED);
    }

    /** Black, grey, or a blue, red, violet or blue-green. */
    private static Color trainedInk(RandomGenerator random) {
        int dark = random.nextInt(70);
        int bright = random.nextInt(80);
        return switch (random.nextInt(7)) {
            case 0 -> new Color(dark / 2, dark / 2, 90 + bright);
            case 1 -> new Color(110 + bright * 7 / 8, dark / 2, dark / 2);
            case 2 -> new Color(80 + bright, dark / 2, 90 + bright);
            case 3 -> new Color(dark / 2, 80 + bright / 2, 90 + bright);
            case 4 -> new Color(60 + bright, 60 + bright, 64 + bright);
            default -> new Color(dark, dark, dark);
        };
    }

    /** A dark green or brown. */
    private static Color heldOutInk(RandomGenerator random) {
        return random.nextBoolean()
                ? new Color(random.nextInt(40), 80 + random.nextInt(40), random.nextInt(60))
                : new Color(95 + random.nextInt(30), 55 + random.nextInt(20), random.nextInt(25));
    }

    private static Color paper(RandomGenerator random, int low, int high) {
        int tone = random.nextInt(low, high);
        return new Color(tone, tone - random.nextInt(8), tone - random.nextInt(24));
    }
}
