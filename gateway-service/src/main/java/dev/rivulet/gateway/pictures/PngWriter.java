// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws a scene with Java2D, without a display, and writes it as PNG. Text needs a font of the system. */
final class PngWriter {

    private PngWriter() {}

    static byte[] write(Scene scene) {
        BufferedImage image = new BufferedImage(scene.width(), scene.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            scene.marks().forEach(mark -> draw(graphics, mark));
        } finally {
            graphics.dispose();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException("a picture can't be written to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void draw(Graphics2D graphics, Mark mark) {
        switch (mark) {
            case Mark.Box box -> {
                Rectangle2D shape = new Rectangle2D.Double(box.x(), box.y(), box.width(), box.height());
                graphics.setColor(color(box.fill()));
                graphics.fill(shape);
                pen(graphics, 2, box.line(), BasicStroke.CAP_SQUARE);
                graphics.draw(shape);
            }
            case Mark.Line line -> {
                pen(graphics, line.thick(), line.ink(), BasicStroke.CAP_ROUND);
                graphics.draw(new Line2D.Double(line.x1(), line.y1(), line.x2(), line.y2()));
            }
            case Mark.Disc disc -> {
                graphics.setColor(color(disc.ink()));
                double radius = disc.radius();
                graphics.fill(new Ellipse2D.Double(disc.x() - radius, disc.y() - radius, 2 * radius, 2 * radius));
            }
            case Mark.Arc arc -> {
                pen(graphics, arc.thick(), arc.ink(), BasicStroke.CAP_BUTT);
                Arc2D shape = new Arc2D.Double();
                shape.setArcByCenter(arc.x(), arc.y(), arc.radius(), -arc.start(), -arc.extent(), Arc2D.OPEN);
                graphics.draw(shape);
            }
            case Mark.Label label -> write(graphics, label);
        }
    }

    private static void write(Graphics2D graphics, Mark.Label label) {
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1).deriveFont((float) label.size()));
        graphics.setColor(color(label.ink()));
        String text = label.fitting();
        int wide = graphics.getFontMetrics().stringWidth(text);
        double left = switch (label.anchor()) {
            case START -> label.x();
            case MIDDLE -> label.x() - wide / 2.0;
            case END -> label.x() - wide;
        };
        graphics.drawString(text, (float) left, (float) label.y());
    }

    private static void pen(Graphics2D graphics, double thick, Mark.Ink ink, int cap) {
        graphics.setStroke(new BasicStroke((float) thick, cap, BasicStroke.JOIN_MITER));
        graphics.setColor(color(ink));
    }

    private static Color color(Mark.Ink ink) {
        return Color.decode(ink.web());
    }
}
