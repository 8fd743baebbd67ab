// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/**
 * One drawing: what it shows, how it is made, and the seed of all that is left to chance. The same drawing gives the same pixels.
 */
public record Drawing(Subject subject, Style style, long seed) {
    private static final int LARGEST = 1024;

    /**
     * Draws it.
     *
     * @param size width and height in pixels, 16–1024
     */
    public BufferedImage render(int size) {
        if (size < 16 || size > LARGEST) {
            throw new IllegalArgumentException("a drawing is 16 to %d pixels wide, not %d".formatted(LARGEST, size));
        }
        RandomGenerator random = Sketchbook.random(seed);
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(style.paper());
        graphics.fillRect(0, 0, size, size);
        rule(graphics, size, random);
        subject.draw(new Pen(graphics, style, size, random), random);
        graphics.dispose();
        age(image, random);
        return image;
    }

    private void rule(Graphics2D graphics, int size, RandomGenerator random) {
        if (style.ruling() == Style.Ruling.PLAIN) {
            return;
        }
        Color paper = style.paper();
        int faint = 14 + random.nextInt(10);
        graphics.setColor(new Color(paper.getRed() - faint, paper.getGreen() - faint, paper.getBlue() - faint / 2));
        int pitch = Math.max(3, size * (9 + random.nextInt(5)) / 96);
        if (style.ruling() == Style.Ruling.DOTTED) {
            dots(graphics, size, pitch);
            return;
        }
        for (int at = random.nextInt(pitch); at < size; at += pitch) {
            graphics.drawLine(0, at, size, at);
            if (style.ruling() == Style.Ruling.SQUARED) {
                graphics.drawLine(at, 0, at, size);
            }
        }
    }

    private static void dots(Graphics2D graphics, int size, int pitch) {
        for (int y = pitch / 2; y < size; y += pitch) {
            for (int x = pitch / 2; x < size; x += pitch) {
                graphics.fillRect(x, y, Math.max(1, size / 60), Math.max(1, size / 60));
            }
        }
    }

    /** Light that falls from one side, and noise. */
    private void age(BufferedImage image, RandomGenerator random) {
        int size = image.getWidth();
        double angle = random.nextDouble(2 * Math.PI);
        double slopeX = Math.cos(angle) * style.shade() / size;
        double slopeY = Math.sin(angle) * style.shade() / size;
        int[] row = new int[size];
        for (int y = 0; y < size; y++) {
            image.getRGB(0, y, size, 1, row, 0, size);
            for (int x = 0; x < size; x++) {
                double light = slopeX * (x - size / 2.0)
                        + slopeY * (y - size / 2.0)
                        - style.shade() / 2
                        + style.noise() * random.nextGaussian();
                row[x] = shifted(row[x] >> 16 & 255, light) << 16
                        | shifted(row[x] >> 8 & 255, light) << 8
                        | shifted(row[x] & 255, light);
            }
            image.setRGB(0, y, size, 1, row, 0, size);
        }
    }

    private static int shifted(int channel, double light) {
        return Math.clamp(Math.round(channel + light), 0, 255);
    }
}
