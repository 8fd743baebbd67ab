// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes drawings: {@code drawings.rgb}, the pixels of all drawings one after another (bytes, rows, three channels), and
 * {@code drawings.jsonl}, a line for each.
 *
 * <p>Arguments: folder, seed, number, size in pixels, {@code trained} or {@code held-out}, and optionally {@code png} for one
 * file a drawing instead of the raw pixels.
 */
public final class GenerateSketches {
    private static final String USAGE =
            "usage: GenerateSketches <folder> <seed> <number> <size> trained|held-out [png]";

    private final JsonMapper json = JsonMapper.builder().build();

    GenerateSketches() {}

    /** See the type. */
    public static void main(String[] args) throws IOException {
        boolean png = args.length == 6 && args[5].equals("png");
        boolean complete = args.length == 5 || png;
        if (!complete || !Set.of("trained", "held-out").contains(args[4])) {
            throw new IllegalArgumentException(USAGE);
        }
        Sketchbook book = new Sketchbook(Long.parseLong(args[1]), args[4].equals("held-out"));
        Path folder = Files.createDirectories(Path.of(args[0]));
        new GenerateSketches().write(book, folder, Integer.parseInt(args[2]), Integer.parseInt(args[3]), png);
    }

    void write(Sketchbook book, Path folder, int count, int size, boolean png) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(folder.resolve("drawings.jsonl"));
                OutputStream pixels = png
                        ? OutputStream.nullOutputStream()
                        : new BufferedOutputStream(Files.newOutputStream(folder.resolve("drawings.rgb")))) {
            for (int index = 0; index < count; index++) {
                Drawing drawing = book.next();
                var image = drawing.render(size);
                String file = "%04d.png".formatted(index);
                if (png) {
                    ImageIO.write(image, "png", folder.resolve(file).toFile());
                } else {
                    pixels.write(bytes(image.getRGB(0, 0, size, size, null, 0, size)));
                }
                lines.write(json.writeValueAsString(line(drawing.subject(), png ? file : null)));
                lines.write('\n');
            }
        }
    }

    private static byte[] bytes(int[] pixels) {
        byte[] bytes = new byte[pixels.length * 3];
        for (int at = 0; at < pixels.length; at++) {
            bytes[3 * at] = (byte) (pixels[at] >> 16);
            bytes[3 * at + 1] = (byte) (pixels[at] >> 8);
            bytes[3 * at + 2] = (byte) pixels[at];
        }
        return bytes;
    }

    private static Map<String, Object> line(Subject subject, @org.jspecify.annotations.Nullable String file) {
        Map<String, Object> line =
                new TreeMap<>(Map.of("group", subject.group(), "kind", subject.kind(), "phrase", subject.phrase()));
        if (file != null) {
            line.put("file", file);
        }
        switch (subject) {
            case Gauge gauge -> {
                line.put("value", gauge.value());
                line.put("share", gauge.share());
                line.put("end", gauge.form().end());
                line.put("unit", gauge.form().unit());
            }
            case FloorPlan plan -> {
                line.put("shape", plan.shape().name().toLowerCase(Locale.ROOT));
                line.put("rooms", plan.rooms());
                line.put("doors", plan.doors());
                line.put("windows", plan.windows());
            }
            case Device _, Symbol _ -> {}
        }
        return line;
    }
}
