// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.sketches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SketchbookTest {

    private static List<Drawing> draw(long seed, boolean heldOut, int count) {
        Sketchbook book = new Sketchbook(seed, heldOut);
        return Stream.generate(book::next).limit(count).toList();
    }

    private static int[] pixels(Drawing drawing) {
        BufferedImage image = drawing.render(96);
        return image.getRGB(0, 0, 96, 96, null, 0, 96);
    }

    private static Style still(Style style) {
        return new Style(
                2, 0, 0, 0.9, 1, 0, 0, 0, 0, false, style.ink(), style.paper(), Style.Ruling.PLAIN, 0, 0, style.hand());
    }

    @Test
    void theSameSeedGivesTheSameDrawingsToThePixelAndAnotherSeedOthers() {
        List<Drawing> first = draw(7, false, 40);
        assertThat(first).isEqualTo(draw(7, false, 40)).isNotEqualTo(draw(8, false, 40));
        assertThat(pixels(first.getFirst())).isEqualTo(pixels(draw(7, false, 1).getFirst()));
    }

    @Test
    void everySubjectComesUp() {
        Set<String> kinds = draw(3, false, 4000).stream()
                .map(drawing -> drawing.subject().kind())
                .collect(Collectors.toSet());
        int all = Device.values().length
                + Symbol.values().length
                + Gauge.Form.values().length
                + FloorPlan.Shape.values().length;
        assertThat(kinds).hasSize(all);
    }

    /** A measure of a style that is less than, or at least, the middle of its trained range. */
    private record Measure(String name, ToDoubleFunction<Style> of, double middle) {
        double[] sorted(List<Style> styles, boolean upper) {
            return styles.stream()
                    .mapToDouble(of)
                    .filter(value -> value >= middle == upper)
                    .sorted()
                    .toArray();
        }
    }

    private static final List<Measure> MEASURES = List.of(
            new Measure("width", Style::width, 2),
            new Measure("jitter", Style::jitter, 0),
            new Measure("tilt", Style::tilt, 0),
            new Measure("scale", Style::scale, 0),
            new Measure("stretch", Style::stretch, 1),
            new Measure("gaps", Style::gaps, 0),
            new Measure("twice", Style::twice, 0),
            new Measure("paper", style -> style.paper().getRed(), 0),
            new Measure("shade", Style::shade, 0),
            new Measure("noise", Style::noise, 0));

    @Test
    void noMeasureOfAHeldOutStyleHasAValueThatIsTrained() {
        List<Style> trained = draw(1, false, 4000).stream().map(Drawing::style).toList();
        List<Style> heldOut = draw(2, true, 4000).stream().map(Drawing::style).toList();
        for (Measure measure : MEASURES) {
            for (boolean upper : new boolean[] {true, false}) {
                double[] out = measure.sorted(heldOut, upper);
                if (out.length > 0) {
                    assertThat(Arrays.stream(measure.sorted(trained, upper))
                                    .filter(value -> value >= out[0] && value <= out[out.length - 1]))
                            .as("%s between %s and %s", measure.name(), out[0], out[out.length - 1])
                            .isEmpty();
                }
            }
        }
    }

    @Test
    void noHandInkOrSquaredSheetOfAHeldOutStyleIsTrained() {
        Set<Hand> hands = EnumSet.noneOf(Hand.class);
        for (Drawing drawing : draw(1, false, 4000)) {
            Style style = drawing.style();
            hands.add(style.hand());
            assertThat(style.ruling()).isNotEqualTo(Style.Ruling.SQUARED);
            assertThat(greenOrBrown(style.ink())).as("%s", style).isFalse();
        }
        assertThat(draw(2, true, 500)).allSatisfy(drawing -> {
            assertThat(hands).doesNotContain(drawing.style().hand());
            assertThat(greenOrBrown(drawing.style().ink())).as("%s", drawing).isTrue();
        });
    }

    private static boolean greenOrBrown(Color ink) {
        return ink.getGreen() >= 55 && ink.getGreen() - ink.getBlue() >= 20;
    }

    @Test
    void noTwoSubjectsLookTheSame() {
        Style style = still(Style.trained(Sketchbook.random(1)));
        List<Subject> subjects = new ArrayList<>(List.of(Device.values()));
        subjects.addAll(List.of(Symbol.values()));
        for (Gauge.Form form : Gauge.Form.values()) {
            subjects.addAll(
                    List.of(new Gauge(form, 0), new Gauge(form, form.steps() / 2), new Gauge(form, form.steps())));
        }
        Set<Integer> looks = new HashSet<>();
        Set<String> phrases = new HashSet<>();
        for (Subject subject : subjects) {
            looks.add(Arrays.hashCode(pixels(new Drawing(subject, style, 5))));
            phrases.add(subject.phrase());
        }
        assertThat(looks).hasSameSizeAs(subjects);
        assertThat(phrases).hasSameSizeAs(subjects);
    }

    @Test
    void everyFloorPlanFindsRoomForItsDoorsAndWindows() {
        Style style = still(Style.trained(Sketchbook.random(1)));
        for (FloorPlan.Shape shape : FloorPlan.Shape.values()) {
            for (int rooms = shape == FloorPlan.Shape.RECTANGLE ? 1 : 2; rooms <= 4; rooms++) {
                FloorPlan plan = new FloorPlan(shape, rooms, 3, 2);
                for (long seed = 0; seed < 20; seed++) {
                    assertThat(new Drawing(plan, style, seed).render(32).getWidth())
                            .isEqualTo(32);
                }
            }
        }
    }

    @Test
    void aGaugeSaysItsValueInItsUnit() {
        assertThat(new Gauge(Gauge.Form.PRESSURE_DIAL, 42).phrase()).isEqualTo("a dial at 4.2 bar");
        assertThat(new Gauge(Gauge.Form.THERMOMETER, 21).phrase()).isEqualTo("a thermometer at 21 °C");
        assertThat(new Gauge(Gauge.Form.TANK, 100).value()).isEqualTo("100 %");
        assertThat(new FloorPlan(FloorPlan.Shape.L_SHAPE, 2, 1, 0).phrase())
                .isEqualTo("an L-shaped floor plan with 2 rooms");
    }

    @Test
    void whatCanNotBeDrawnIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Gauge(Gauge.Form.THERMOMETER, 51));
        assertThatIllegalArgumentException().isThrownBy(() -> new FloorPlan(FloorPlan.Shape.CORRIDOR, 1, 1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(1, false, 1).getFirst().render(4096));
        assertThatIllegalArgumentException().isThrownBy(() -> Hand.ROUND.write('x'));
    }

    @Test
    void theFilesHoldALineAndThePixelsOfEachDrawing(@TempDir Path folder) throws Exception {
        new GenerateSketches().write(new Sketchbook(4, false), folder, 12, 32, false);
        assertThat(Files.size(folder.resolve("drawings.rgb"))).isEqualTo(12 * 32 * 32 * 3);
        assertThat(Files.readAllLines(folder.resolve("drawings.jsonl")))
                .hasSize(12)
                .allSatisfy(line -> assertThat(line).contains("\"phrase\"", "\"group\""));
    }
}
