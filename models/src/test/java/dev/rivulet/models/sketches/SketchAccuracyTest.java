// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Measures the shipped sketch model on a thousand held-out drawings, in the runtime that serves it. */
@Tag("long")
class SketchAccuracyTest {

    /** Of the held-out drawings; frozen before training. */
    static final long SEED = 20261127;

    private static final int DRAWINGS = 1000;
    /** What it reaches, rounded down to tenths; the goal is 0.85. */
    private static final double LEAST_NAMED = 0.90;

    /** Drawings seen and right. */
    private record Share(int seen, int right) {
        Share plus(boolean good) {
            return new Share(seen + 1, right + (good ? 1 : 0));
        }

        double part() {
            return (double) right / seen;
        }

        @Override
        public String toString() {
            return "%.1f %% of %d".formatted(100 * part(), seen);
        }
    }

    @Test
    void itNamesDrawingsOfStylesNeverTrained() throws Exception {
        Map<String, Share> shares = new TreeMap<>();
        Sketchbook book = new Sketchbook(SEED, true);
        try (SketchReader reader = new SketchReader()) {
            for (int at = 0; at < DRAWINGS; at++) {
                Drawing drawing = book.next();
                var image = drawing.render(96);
                boolean named = Judgement.names(drawing.subject(), reader.ask(image, "What is drawn?"));
                count(shares, "named", named);
                count(shares, "named, " + drawing.subject().group(), named);
                if (drawing.subject() instanceof Gauge gauge) {
                    count(shares, "read", Judgement.reads(gauge, reader.ask(image, "What does the gauge show?")));
                }
            }
        }
        System.out.println("Sketch model on held-out drawings: " + shares);
        assertThat(shares.getOrDefault("named", new Share(1, 0)).part())
                .as("%s", shares)
                .isGreaterThanOrEqualTo(LEAST_NAMED);
    }

    private static void count(Map<String, Share> shares, String name, boolean good) {
        shares.merge(name, new Share(1, good ? 1 : 0), (before, one) -> before.plus(good));
    }
}
