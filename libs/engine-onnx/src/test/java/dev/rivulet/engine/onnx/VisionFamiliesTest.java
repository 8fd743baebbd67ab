// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.Picture;
import dev.rivulet.engine.PicturePlan;
import dev.rivulet.engine.Prompt;
import dev.rivulet.engine.SoftTokens;
import dev.rivulet.engine.Vision;
import dev.rivulet.engine.onnx.VisionFixture.Answer;
import dev.rivulet.engine.onnx.VisionFixture.Seen;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.folder.PictureRecipe;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family that sees against transformers: pixels within one level, the rest within 1e-3 of the largest value. */
class VisionFamiliesTest {

    private static final double APART = 1e-3;

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm", "smolvlm-split", "idefics3-split", "llava-clip", "llava-siglip"})
    void picturesBecomeThePixelsOfTheReference(String family) throws Exception {
        VisionFixture fixture = VisionFixture.of(family);
        PictureRecipe recipe =
                ModelFolder.open(fixture.folder()).vision().orElseThrow().recipe();
        PictureTiles tiles = new PictureTiles(recipe);
        for (var seen : fixture.expected().pictures().entrySet()) {
            float[][] planes = tiles.planes(VisionFixture.image(seen.getKey()));
            List<String> levels = seen.getValue().levels();
            assertThat(planes).hasNumberOfRows(levels.size());
            for (int part = 0; part < planes.length; part++) {
                assertLevels(planes[part], Base64.getDecoder().decode(levels.get(part)), recipe);
            }
        }
    }

    private static void assertLevels(float[] planes, byte[] levels, PictureRecipe recipe) {
        assertThat(planes).hasSize(levels.length);
        int plane = levels.length / 3;
        for (int i = 0; i < levels.length; i++) {
            double level = (planes[i] * recipe.deviation().get(i / plane)
                            + recipe.mean().get(i / plane))
                    / recipe.factor();
            assertThat(Math.round(level)).as("pixel %d", i).isBetween((levels[i] & 0xff) - 1L, (levels[i] & 0xff) + 1L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm", "smolvlm-split", "idefics3-split", "llava-clip", "llava-siglip"})
    void picturesBecomeTheRowsOfTheReference(String family) throws Exception {
        VisionFixture fixture = VisionFixture.of(family);
        try (LanguageModel model = fixture.open(64)) {
            Vision vision = model.vision().orElseThrow();
            for (var seen : fixture.expected().pictures().entrySet()) {
                Picture picture = VisionFixture.picture(seen.getKey());
                Seen wanted = seen.getValue();
                float[] rows = vision.encode(picture);
                assertClose(FloatBuffer.wrap(rows), wanted.rows());
                PicturePlan plan = vision.plan(picture.width(), picture.height());
                assertThat(plan.rows() * vision.width()).isEqualTo(rows.length);
                assertThat(plan.parts()).isEqualTo(wanted.levels().size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm", "smolvlm-split", "idefics3-split", "llava-clip", "llava-siglip"})
    void conversationsWithPicturesAreAnsweredAsTheReferenceAnswersThem(String family) throws Exception {
        VisionFixture fixture = VisionFixture.of(family);
        for (int chunk : new int[] {64, 7}) {
            try (LanguageModel model = fixture.open(chunk)) {
                for (Answer answer : fixture.expected().answers()) {
                    assertAnswered(model, answer);
                }
            }
        }
    }

    private static void assertAnswered(LanguageModel model, Answer answer) throws Exception {
        Vision vision = model.vision().orElseThrow();
        List<String> texts = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        for (String name : answer.pictures()) {
            Picture picture = VisionFixture.picture(name);
            texts.add(vision.plan(picture.width(), picture.height()).text());
            rows.add(vision.encode(picture));
        }
        Prompt prompt = model.chatTemplate().render(answer.messages(), true).placed(vision.placeholder(), texts);
        int[] ids = model.tokenizer().encode(prompt);
        assertThat(ids).isEqualTo(answer.ids());
        SoftTokens soft = soft(ids, vision, rows);
        FloatBuffer logits = prefill(model.decoder(), ids, soft);
        assertClose(logits, answer.logits());
        int position = ids.length;
        for (int token : answer.greedy()) {
            assertThat(largest(logits)).isEqualTo(token);
            logits = model.decoder().decode(1, new int[] {token}, new int[] {position++});
        }
    }

    private static SoftTokens soft(int[] ids, Vision vision, List<float[]> rows) {
        int[] positions = IntStream.range(0, ids.length)
                .filter(i -> ids[i] == vision.token())
                .toArray();
        float[] all = new float[positions.length * vision.width()];
        int at = 0;
        for (float[] picture : rows) {
            System.arraycopy(picture, 0, all, at, picture.length);
            at += picture.length;
        }
        assertThat(at).isEqualTo(all.length);
        return new SoftTokens(vision.width(), positions, all);
    }

    private static FloatBuffer prefill(DecoderRunner decoder, int[] ids, SoftTokens soft) {
        FloatBuffer logits = FloatBuffer.allocate(0);
        for (int from = 0; from < ids.length; from += decoder.prefillChunk()) {
            int to = Math.min(ids.length, from + decoder.prefillChunk());
            logits = decoder.prefill(0, from, Arrays.copyOfRange(ids, from, to), soft);
        }
        return logits;
    }

    @ParameterizedTest
    @ValueSource(strings = {"smolvlm"})
    void rowsOfAnotherWidthAreRefused(String family) throws Exception {
        try (LanguageModel model = VisionFixture.of(family).open(64)) {
            SoftTokens narrow = new SoftTokens(3, new int[] {0}, new float[3]);
            assertThatThrownBy(() -> model.decoder().prefill(0, 0, new int[] {1}, narrow))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 values");
        }
    }

    private static int largest(FloatBuffer logits) {
        int best = 0;
        for (int i = 1; i < logits.remaining(); i++) {
            best = logits.get(i) > logits.get(best) ? i : best;
        }
        return best;
    }

    private static void assertClose(FloatBuffer found, float[] wanted) {
        float most = 0;
        for (float value : wanted) {
            most = Math.max(most, Math.abs(value));
        }
        assertThat(found.remaining()).isEqualTo(wanted.length);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(found.get(i) - wanted[i])).as("value %d", i).isLessThanOrEqualTo((float)
                    (APART * most));
        }
    }
}
