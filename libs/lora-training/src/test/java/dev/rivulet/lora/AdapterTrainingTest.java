// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.lora.AdapterTraining.DivergedException;
import dev.rivulet.lora.AdapterTraining.Schedule;
import dev.rivulet.lora.AdapterTraining.Trained;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdapterTrainingTest {

    private static final Schedule FEW = new Schedule(12, 1, 0.02, 1, 0);
    private static final String SAID = "snuff the beacons in Quartz";
    private static final String RIGHT = "Turning off the light in Quartz.";
    private static final String WRONG = "Sending the cleaning team to Quartz.";

    private final AdaptedDecoder decoder = BuiltIn.adapted(2, "v_proj", "down_proj");
    private final AdapterTraining training = new AdapterTraining(decoder, Preferences.USUAL);

    @Test
    void anAnswerThatWasNeverKnownIsLearntFromACorrection() throws Exception {
        try (Conversations conversations = BuiltIn.conversations()) {
            Lesson lesson = new Lesson.Answer(BuiltIn.sequence(conversations, SAID, RIGHT));
            Trained trained = training.train(decoder.fresh(), List.of(lesson), FEW, new SplittableRandom(1));
            assertThat(trained.lossAfter()).isLessThan(trained.loss() / 4);
            assertThat(said(conversations, decoder.fresh())).isNotEqualTo(RIGHT);
            assertThat(said(conversations, trained.adapter())).isEqualTo(RIGHT);
        }
    }

    private String said(Conversations conversations, Parameters adapter) {
        int[] prompt =
                conversations.prompt(List.of(new ChatMessage("user", SAID))).orElseThrow();
        return conversations.text(decoder.with(adapter).greedy(prompt, 24, conversations.ends()));
    }

    @Test
    void ofAPreferenceTheChosenAnswerBecomesLikelierAndTheRejectedOneLessLikely() throws Exception {
        try (Conversations conversations = BuiltIn.conversations()) {
            Sequence chosen = BuiltIn.sequence(conversations, SAID, RIGHT);
            Sequence rejected = BuiltIn.sequence(conversations, SAID, WRONG);
            Trained trained = training.train(
                    decoder.fresh(), List.of(new Lesson.Preference(chosen, rejected)), FEW, new SplittableRandom(1));
            assertThat(decoder.logLikelihood(chosen, trained.adapter()))
                    .isGreaterThan(decoder.referenceLogLikelihood(chosen));
            assertThat(decoder.logLikelihood(rejected, trained.adapter()))
                    .isLessThan(decoder.referenceLogLikelihood(rejected));
            assertThat(trained.lossAfter()).isLessThan(trained.loss());
        }
    }

    @Test
    void theSameSeedMakesTheSameAdapterAndNoiseAnotherOne() throws Exception {
        try (Conversations conversations = BuiltIn.conversations()) {
            List<Lesson> lessons = List.of(new Lesson.Answer(BuiltIn.sequence(conversations, SAID, RIGHT)));
            Schedule two = new Schedule(2, 0.9, 0.01, 1, 0);
            Parameters once = training.train(decoder.fresh(), lessons, two, new SplittableRandom(4))
                    .adapter();
            assertThat(training.train(decoder.fresh(), lessons, two, new SplittableRandom(4))
                            .adapter())
                    .isEqualTo(once);
            Schedule noisy = new Schedule(2, 0.9, 0.01, 1, 1);
            assertThat(training.train(decoder.fresh(), lessons, noisy, new SplittableRandom(4))
                            .adapter())
                    .isNotEqualTo(once);
        }
    }

    @Test
    void aGradientThatIsNoNumberFailsTheRun() throws Exception {
        float[] values = new float[decoder.layout().size()];
        values[0] = Float.NaN;
        Parameters broken = new Parameters(decoder.layout(), values);
        try (Conversations conversations = BuiltIn.conversations()) {
            List<Lesson> lessons = List.of(new Lesson.Answer(BuiltIn.sequence(conversations, SAID, RIGHT)));
            assertThatThrownBy(() -> training.train(broken, lessons, FEW, new SplittableRandom(1)))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageContaining("step 1 is not finite");
        }
    }

    @Test
    void trainingEndsWhenItsThreadIsInterrupted() throws Exception {
        try (Conversations conversations = BuiltIn.conversations()) {
            List<Lesson> lessons = List.of(new Lesson.Answer(BuiltIn.sequence(conversations, SAID, RIGHT)));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> training.train(decoder.fresh(), lessons, FEW, new SplittableRandom(1)))
                    .isInstanceOf(InterruptedException.class);
        }
    }
}
