// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.onnx.OnnxEngine;
import dev.rivulet.federated.update.Parameters;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptedDecoderTest {

    @TempDir
    Path folder;

    @Test
    void itsLogitsAreThoseOfTheEngineThatServesWithTheAdapterAndWithout() throws Exception {
        AdaptedDecoder decoder = BuiltIn.adapted(4, Adaptation.LAYERS.toArray(String[]::new));
        Parameters adapter = BuiltIn.random(decoder, 0.05, 3);
        PeftFolder.write(folder, decoder, adapter, "rivulet-assistant");
        EngineOptions options = new EngineOptions(2, 0, 1, 64).withAdapters(4);
        try (LanguageModel model = new OnnxEngine().load(BuiltIn.FOLDER, options);
                Conversations conversations = BuiltIn.conversations()) {
            int[] prompt = BuiltIn.sequence(conversations, "douse the lanterns in Aurora", "Turning")
                    .tokens();
            int number = model.adapters().orElseThrow().load(folder);
            model.decoder().use(1, number);
            assertClose(model.decoder().prefill(0, 0, prompt), decoder.logits(prompt, decoder.fresh()));
            assertClose(model.decoder().prefill(1, 0, prompt), decoder.logits(prompt, adapter));
            float[] plain = decoder.logits(prompt, decoder.fresh());
            assertThat(decoder.logits(prompt, adapter)).isNotEqualTo(plain);
        }
    }

    private static void assertClose(FloatBuffer engine, float[] ours) {
        for (int token = 0; token < ours.length; token++) {
            assertThat(ours[token]).as("token %d", token).isCloseTo(engine.get(token), offset(1e-3f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
    void theGradientIsTheSlopeOfTheLikelihood(String target) throws Exception {
        AdaptedDecoder decoder = BuiltIn.adapted(2, target);
        Parameters at = BuiltIn.random(decoder, 0.02, 5);
        Sequence sequence;
        try (Conversations conversations = BuiltIn.conversations()) {
            sequence =
                    BuiltIn.sequence(conversations, "snuff the beacons in Quartz", "Turning off the light in Quartz.");
        }
        float[] gradient = new float[at.size()];
        decoder.with(at).likelihood(sequence).addGradient(1, gradient);
        for (int direction = 0; direction < 2; direction++) {
            SplittableRandom random = new SplittableRandom(direction);
            float[] way = new float[at.size()];
            double expected = 0;
            for (int i = 0; i < way.length; i++) {
                // With the gradient where it goes up, and at random elsewhere: so that the slope is well above
                // rounding.
                way[i] = (float) (Math.signum(gradient[i]) * random.nextDouble());
                expected += way[i] * (double) gradient[i];
            }
            double step = 1e-3 / new Parameters(at.layout(), way).norm() * 8;
            Parameters along = new Parameters(at.layout(), way);
            double up = decoder.logLikelihood(sequence, at.plus(along, (float) step));
            double down = decoder.logLikelihood(sequence, at.plus(along, (float) -step));
            assertThat((up - down) / (2 * step)).isCloseTo(expected, offset(0.02 * Math.abs(expected)));
        }
    }

    @Test
    void onlyTheAnswersTokensAreLearnt() throws Exception {
        AdaptedDecoder decoder = BuiltIn.adapted(2, "v_proj");
        try (Conversations conversations = BuiltIn.conversations()) {
            Sequence sequence =
                    BuiltIn.sequence(conversations, "lights off in Quartz", "Turning off the light in Quartz.");
            double sum = 0;
            for (int i = sequence.prompt(); i < sequence.tokens().length; i++) {
                float[] logits = decoder.logits(java.util.Arrays.copyOf(sequence.tokens(), i), decoder.fresh());
                sum += logOfSoftmax(logits, sequence.tokens()[i]);
            }
            assertThat(decoder.logLikelihood(sequence, decoder.fresh())).isCloseTo(sum, offset(1e-3));
            assertThat(decoder.referenceLogLikelihood(sequence)).isCloseTo(sum, offset(1e-3));
        }
    }

    private static double logOfSoftmax(float[] logits, int token) {
        double total = 0;
        for (float each : logits) {
            total += Math.exp(each);
        }
        return logits[token] - Math.log(total);
    }

    @Test
    void anAdapterOfAnotherLayoutIsRefused() {
        AdaptedDecoder decoder = BuiltIn.adapted(2, "v_proj");
        Parameters other = BuiltIn.adapted(3, "v_proj").fresh();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decoder.with(other))
                .withMessageContaining("another layout");
    }
}
