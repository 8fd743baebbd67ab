// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** Every kind of file against Pillow; {@code conformance/images} in the checkout writes the files. */
class ImageKindsTest {

    private static final Path FOLDER = Path.of("src/test/resources/images");
    private static final int JPEG = 4;

    /** Levels of brightness: the reader repeats the colours of four pixels where Pillow blends them. */
    private static final double LOSSY_WEBP = 1;

    /** Levels of a colour, in the mean: this picture has edges of colour everywhere. */
    private static final double LOSSY_WEBP_COLOURS = 12;

    private final ImageInput input = new ImageInput(ImageLimits.DEFAULT);

    private record Expected(Map<String, Shown> images, List<String> film) {}

    private record Shown(int width, int height, String rgb) {}

    private static Expected expected() throws Exception {
        return JsonMapper.shared().readValue(Files.readString(FOLDER.resolve("expected.json")), Expected.class);
    }

    @TestFactory
    Stream<DynamicTest> everyKindIsReadAsPillowReadsIt() throws Exception {
        return expected().images().entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> {
                    byte[] file = Files.readAllBytes(FOLDER.resolve(one.getKey()));
                    RgbImage image = input.read(file);
                    Shown wanted = one.getValue();
                    assertThat(List.of(image.width(), image.height())).containsExactly(wanted.width(), wanted.height());
                    ImageHeader header = input.header(file);
                    assertThat(List.of(header.shownWidth(), header.shownHeight()))
                            .containsExactly(image.width(), image.height());
                    byte[] rgb = Base64.getDecoder().decode(wanted.rgb());
                    if (one.getKey().startsWith("lossy")) {
                        assertThat(apartInBrightness(image.rgb(), rgb)).isLessThan(LOSSY_WEBP);
                        assertThat(apart(image.rgb(), rgb)).isLessThan(LOSSY_WEBP_COLOURS);
                    } else {
                        assertSame(image.rgb(), rgb, one.getKey().endsWith(".jpg") ? JPEG : 0);
                    }
                }));
    }

    /** Mean difference of brightness (ITU-R BT.601), where a reader may blend colours and another repeat them. */
    private static double apartInBrightness(byte[] found, byte[] wanted) {
        assertThat(found).hasSize(wanted.length);
        return IntStream.range(0, found.length / 3)
                .mapToDouble(pixel -> Math.abs(brightness(found, pixel) - brightness(wanted, pixel)))
                .average()
                .orElseThrow();
    }

    private static double apart(byte[] found, byte[] wanted) {
        return IntStream.range(0, found.length)
                .map(i -> Math.abs((found[i] & 0xff) - (wanted[i] & 0xff)))
                .average()
                .orElseThrow();
    }

    private static double brightness(byte[] rgb, int pixel) {
        int at = 3 * pixel;
        return 0.299 * (rgb[at] & 0xff) + 0.587 * (rgb[at + 1] & 0xff) + 0.114 * (rgb[at + 2] & 0xff);
    }

    private static void assertSame(byte[] found, byte[] wanted, int apart) {
        assertThat(found).hasSize(wanted.length);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i] & 0xff)
                    .as("value %d", i)
                    .isBetween((wanted[i] & 0xff) - apart, (wanted[i] & 0xff) + apart);
        }
    }

    @Test
    void framesOfAFilmAreThoseThatPillowShows() throws Exception {
        byte[] film = Files.readAllBytes(FOLDER.resolve("film.gif"));
        List<String> wanted = expected().film();
        assertThat(input.header(film).frames()).isEqualTo(wanted.size());
        List<RgbImage> all = input.frames(film, 16);
        assertThat(all).hasSize(wanted.size());
        for (int frame = 0; frame < wanted.size(); frame++) {
            assertSame(all.get(frame).rgb(), Base64.getDecoder().decode(wanted.get(frame)), 0);
        }
        List<RgbImage> two = input.frames(film, 2);
        assertThat(two.get(1).rgb()).isEqualTo(all.get(2).rgb());
    }
}
