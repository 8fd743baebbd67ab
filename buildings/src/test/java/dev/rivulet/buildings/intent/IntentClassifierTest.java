// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.buildings.Request;
import dev.rivulet.engine.EncoderModel;
import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.Engine;
import dev.rivulet.federated.training.Examples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntentClassifierTest {

    private static final Path BUILT_IN = Path.of("../models/artefacts/rivulet-intent");
    private static final List<Request> REQUESTS = List.of(
            new Request("turn off the lights in room 12 please", "light.off"),
            new Request("hello", "smalltalk.greeting"),
            new Request("how warm is it in the library right now?", "climate.query"));

    @Test
    void untrainedItSaysWhatTheClassifierThatShipsSays() throws Exception {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        try (IntentClassifier ours = IntentClassifier.load(BUILT_IN, 1);
                EncoderModel ships = engine.loadEncoder(BUILT_IN, new EncoderOptions(1, 128, 128))) {
            Examples examples = ours.examples(REQUESTS);
            for (int i = 0; i < REQUESTS.size(); i++) {
                float[] scores = new float[ours.labels().size()];
                ours.network().scores(ours.shipped().values(), examples, i, scores);
                float[] logits = ships.runner()
                        .run(List.of(ships.tokenizer().encode(REQUESTS.get(i).text(), null, false)))
                        .getFirst();
                for (int c = 0; c < logits.length; c++) {
                    assertThat(scores[c]).as("%s, %s", REQUESTS.get(i), c).isCloseTo(logits[c], within(0.01f));
                }
            }
            assertThat(ours.network().evaluate(ours.shipped(), examples).accuracy())
                    .isEqualTo(1);
        }
    }

    @Test
    void aTensorIsReadAsItWasWritten(@TempDir Path folder) throws Exception {
        TensorFile written = new TensorFile();
        written.put("a", List.of(2, 2), new float[] {1, -2, 3.5f, 0});
        written.put("b", List.of(1), new float[] {7});
        written.write(folder.resolve("file"));
        TensorFile read = TensorFile.read(folder.resolve("file"));
        assertThat(read.values("a")).containsExactly(1, -2, 3.5f, 0);
        assertThat(read.shape("a")).containsExactly(2, 2);
        assertThatThrownBy(() -> read.values("c"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no tensor c");
    }

    @Test
    void wordsAreHashedAlikeWhateverTheirCaseAndScaledToOneLength() {
        HashedWords words = new HashedWords(64, 3);
        float[] one = new float[65];
        float[] other = new float[64];
        words.write("Dim the LIGHTS, in room 12!", one, 1);
        words.write("dim the lights in room 34", other, 0);
        double square = 0;
        for (int i = 0; i < 64; i++) {
            assertThat(one[i + 1]).isEqualTo(other[i]);
            square += other[i] * other[i];
        }
        assertThat(Math.sqrt(square)).isCloseTo(3, within(1e-4));
        assertThat(one[0]).isZero();
    }
}
