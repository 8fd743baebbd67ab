// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A pen in an unsteady hand: strokes stray, break off, overshoot and are drawn twice as a style says. Points are those of a
 * {@link Subject}, angles are degrees clockwise from the right.
 */
public final class Pen {
    private static final double STEP = 6;

    private final Graphics2D graphics;
    private final Style style;
    private final RandomGenerator random;
    private final AffineTransform toPixels;
    private final double pixel;

    /** A pen on a square sheet of that many pixels. */
    Pen(Graphics2D graphics, Style style, int size, RandomGenerator random) {
        this.graphics = graphics;
        this.style = style;
        this.random = random;
        this.pixel = size / 96.0;
        this.toPixels = new AffineTransform();
        double room = (1 - style.scale()) * 0.4 * size;
        toPixels.translate(size * 0.5 + style.shiftX() * room, size * 0.5 + style.shiftY() * room);
        toPixels.rotate(Math.toRadians(style.tilt()));
        double half = style.scale() * size * 0.45;
        double root = Math.sqrt(style.stretch());
        toPixels.scale(half * Math.min(1, root), half * Math.min(1, 1 / root));
        graphics.setColor(style.ink());
    }

    /** A stroke through points, x and y of each in turn. */
    public void line(double... points) {
        stroke(1, points);
    }

    /** A stroke wider than others by a factor. */
    public void heavy(double factor, double... points) {
        stroke(factor, points);
    }

    /** A closed stroke through points. */
    public void outline(double... points) {
        stroke(1, closed(points));
    }

    /** A rectangle by its corners. */
    public void box(double left, double top, double right, double bottom) {
        outline(left, top, right, top, right, bottom, left, bottom);
    }

    public void circle(double x, double y, double radius) {
        arc(x, y, radius, radius, random.nextDouble(360), 360);
    }

    /** A part of an ellipse. */
    public void arc(double x, double y, double radiusX, double radiusY, double start, double extent) {
        stroke(1, ellipse(x, y, radiusX, radiusY, start, extent));
    }

    /** A filled or hatched area. */
    public void area(double... points) {
        Path2D path = straight(pixels(points));
        path.closePath();
        if (!style.hatched()) {
            graphics.fill(path);
            return;
        }
        java.awt.Shape before = graphics.getClip();
        graphics.clip(path);
        java.awt.Rectangle bounds = path.getBounds();
        graphics.setStroke(pen(0.8));
        double gap = Math.max(2.2, style.width() * 1.7) * pixel;
        for (double at = bounds.getMinX() - bounds.getHeight(); at < bounds.getMaxX(); at += gap) {
            double lean = at + random.nextGaussian() * 0.3 * pixel;
            Path2D hatch = new Path2D.Double();
            hatch.moveTo(lean, bounds.getMaxY());
            hatch.lineTo(lean + bounds.getHeight(), bounds.getMinY());
            graphics.draw(hatch);
        }
        graphics.setClip(before);
    }

    /** A filled circle. */
    public void dot(double x, double y, double radius) {
        graphics.fill(closedPath(ellipse(x, y, radius, radius, 0, 360)));
    }

    /** A filled area, whatever the style says of areas. */
    public void blot(double... points) {
        graphics.fill(closedPath(points));
    }

    /** Figures and letters with their middle at a point; a sign is 0.6 as wide as high. */
    public void write(String text, double x, double y, double height) {
        double advance = height * 0.8;
        double left = x - (text.length() * advance - height * 0.2) / 2;
        for (int at = 0; at < text.length(); at++) {
            for (double[] sign : style.hand().write(text.charAt(at))) {
                double[] placed = new double[sign.length];
                for (int point = 0; point < sign.length; point += 2) {
                    placed[point] = left + at * advance + sign[point] * height * 0.6;
                    placed[point + 1] = y + (sign[point + 1] - 0.5) * height;
                }
                graphics.setStroke(pen(0.75));
                graphics.draw(straight(strayed(pixels(placed), 0.4)));
            }
        }
    }

    /** Points of a part of an ellipse, x and y in turn. */
    static double[] ellipse(double x, double y, double radiusX, double radiusY, double start, double extent) {
        int count = Math.max(6, (int) Math.ceil(Math.abs(extent) / 12));
        double[] points = new double[2 * count + 2];
        for (int at = 0; at <= count; at++) {
            double angle = Math.toRadians(start + extent * at / count);
            points[2 * at] = x + radiusX * Math.cos(angle);
            points[2 * at + 1] = y + radiusY * Math.sin(angle);
        }
        return points;
    }

    private void stroke(double factor, double... points) {
        graphics.setStroke(pen(factor * random.nextDouble(0.9, 1.1)));
        List<Point2D> path = dense(pixels(points));
        int times = random.nextDouble() < style.twice() ? 2 : 1;
        for (int time = 0; time < times; time++) {
            List<Point2D> strayed = strayed(path, 1);
            if (random.nextDouble() < style.gaps() && strayed.size() > 8) {
                int length = 1 + random.nextInt(Math.max(1, strayed.size() / 10));
                int from = 1 + random.nextInt(strayed.size() - length - 1);
                graphics.draw(straight(strayed.subList(0, from)));
                graphics.draw(straight(strayed.subList(from + length, strayed.size())));
            } else {
                graphics.draw(straight(strayed));
            }
        }
    }

    private BasicStroke pen(double factor) {
        float width = (float) (style.width() * factor * pixel);
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    private List<Point2D> pixels(double... points) {
        if (points.length < 4 || points.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "a stroke takes x and y of two points or more, not " + points.length + " numbers");
        }
        List<Point2D> placed = new ArrayList<>();
        for (int at = 0; at < points.length; at += 2) {
            placed.add(toPixels.transform(new Point2D.Double(points[at], points[at + 1]), null));
        }
        return placed;
    }

    private List<Point2D> dense(List<Point2D> path) {
        List<Point2D> dense = new ArrayList<>(List.of(path.getFirst()));
        for (int at = 1; at < path.size(); at++) {
            Point2D from = path.get(at - 1);
            Point2D to = path.get(at);
            int parts = Math.max(1, (int) (from.distance(to) / (STEP * pixel)));
            for (int part = 1; part <= parts; part++) {
                double share = (double) part / parts;
                dense.add(new Point2D.Double(
                        from.getX() + share * (to.getX() - from.getX()),
                        from.getY() + share * (to.getY() - from.getY())));
            }
        }
        return dense;
    }

    /** Each point strays a little, and so does the stroke as a whole. */
    private List<Point2D> strayed(List<Point2D> path, double factor) {
        double reach = style.jitter() * pixel * factor;
        double driftX = random.nextGaussian() * reach * 0.5;
        double driftY = random.nextGaussian() * reach * 0.5;
        List<Point2D> strayed = new ArrayList<>(path.size());
        for (Point2D point : path) {
            driftX = 0.7 * driftX + 0.7 * reach * random.nextGaussian();
            driftY = 0.7 * driftY + 0.7 * reach * random.nextGaussian();
            strayed.add(new Point2D.Double(point.getX() + driftX, point.getY() + driftY));
        }
        return strayed;
    }

    private Path2D closedPath(double... points) {
        Path2D path = straight(pixels(points));
        path.closePath();
        return path;
    }

    private static double[] closed(double... points) {
        double[] closed = java.util.Arrays.copyOf(points, points.length + 2);
        closed[points.length] = points[0];
        closed[points.length + 1] = points[1];
        return closed;
    }

    private static Path2D straight(List<Point2D> points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points.getFirst().getX(), points.getFirst().getY());
        points.subList(1, points.size()).forEach(point -> path.lineTo(point.getX(), point.getY()));
        return path;
    }
}
