// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Encoding;
import dev.rivulet.engine.Vision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** CLIP and SigLIP against transformers: vectors of texts and of pictures within 1e-3 of the largest value. */
class PictureEncodersTest {

    private static final float APART = 1e-3f;

    private record Expected(List<Text> texts, Map<String, float[]> pictures) {}

    private record Text(String text, float[] vector) {}

    @ParameterizedTest
    @ValueSource(strings = {"clip", "siglip"})
    void textsAndPicturesBecomeTheVectorsOfTheReference(String family) throws Exception {
        Path folder = VisionFixture.ALL.resolve(family);
        Expected expected =
                JsonMapper.shared().readValue(Files.readString(folder.resolve("expected.json")), Expected.class);
        OnnxEngine engine = new OnnxEngine(OnnxSettings.ofSystem(), Clock.systemUTC());
        try (EncoderModel model = engine.loadEncoder(folder, new EncoderOptions(1, 40, 512))) {
            List<Encoding> rows = expected.texts().stream()
                    .map(text -> model.tokenizer().encode(text.text(), null, false))
                    .toList();
            List<float[]> vectors = model.runner().run(rows);
            for (int i = 0; i < rows.size(); i++) {
                assertClose(vectors.get(i), expected.texts().get(i).vector());
            }
            Vision vision = model.vision().orElseThrow();
            for (var picture : expected.pictures().entrySet()) {
                assertClose(vision.encode(VisionFixture.picture(picture.getKey())), picture.getValue());
            }
        }
    }

    private static void assertClose(float[] found, float[] wanted) {
        float most = 0;
        for (float value : wanted) {
            most = Math.max(most, Math.abs(value));
        }
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(Math.abs(found[i] - wanted[i])).as("value %d", i).isLessThanOrEqualTo(APART * most);
        }
    }
}
