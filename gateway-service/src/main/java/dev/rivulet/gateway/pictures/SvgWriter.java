// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import java.nio.charset.StandardCharsets;

/**
 * Writes a scene as SVG 1.1: shapes and text alone, no script, no style sheet, no link, nothing to load; every text is escaped.
 */
final class SvgWriter {

    private SvgWriter() {}

    /** The document, UTF-8. */
    static byte[] write(Scene scene) {
        StringBuilder out = new StringBuilder();
        out.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">"
                        .formatted(scene.width(), scene.height(), scene.width(), scene.height()));
        out.append("<title>").append(escaped(scene.title())).append("</title>\n");
        for (Mark mark : scene.marks()) {
            out.append(element(mark)).append('\n');
        }
        return out.append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String element(Mark mark) {
        return switch (mark) {
            case Mark.Box box ->
                "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" stroke=\"%s\" stroke-width=\"2\"/>"
                        .formatted(
                                n(box.x()),
                                n(box.y()),
                                n(box.width()),
                                n(box.height()),
                                box.fill().web(),
                                box.line().web());
            case Mark.Line line ->
                "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\" stroke-linecap=\"round\"/>"
                        .formatted(
                                n(line.x1()),
                                n(line.y1()),
                                n(line.x2()),
                                n(line.y2()),
                                line.ink().web(),
                                n(line.thick()));
            case Mark.Disc disc ->
                "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"%s\"/>"
                        .formatted(
                                n(disc.x()),
                                n(disc.y()),
                                n(disc.radius()),
                                disc.ink().web());
            case Mark.Arc arc -> path(arc);
            case Mark.Label label ->
                "<text x=\"%s\" y=\"%s\" font-family=\"sans-serif\" font-size=\"%s\" text-anchor=\"%s\" fill=\"%s\">%s</text>"
                        .formatted(
                                n(label.x()),
                                n(label.y()),
                                n(label.size()),
                                anchor(label.anchor()),
                                label.ink().web(),
                                escaped(label.fitting()));
        };
    }

    private static String path(Mark.Arc arc) {
        double start = Math.toRadians(arc.start());
        double end = Math.toRadians(arc.start() + arc.extent());
        return "<path d=\"M %s %s A %s %s 0 %d 1 %s %s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"/>"
                .formatted(
                        n(arc.x() + arc.radius() * Math.cos(start)),
                        n(arc.y() + arc.radius() * Math.sin(start)),
                        n(arc.radius()),
                        n(arc.radius()),
                        arc.extent() > 180 ? 1 : 0,
                        n(arc.x() + arc.radius() * Math.cos(end)),
                        n(arc.y() + arc.radius() * Math.sin(end)),
                        arc.ink().web(),
                        n(arc.thick()));
    }

    private static String anchor(Mark.Anchor anchor) {
        return switch (anchor) {
            case START -> "start";
            case MIDDLE -> "middle";
            case END -> "end";
        };
    }

    private static String n(double value) {
        return Figures.text(value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
