// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.edge.Trainer.Outcome;
import dev.rivulet.edge.Trainer.Task;
import dev.rivulet.engine.ChatMessage;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.lora.Adaptation;
import dev.rivulet.lora.AdaptedDecoder;
import dev.rivulet.lora.Conversations;
import dev.rivulet.lora.FrozenDecoder;
import dev.rivulet.lora.Lesson;
import dev.rivulet.modelpackage.folder.AdapterFolder;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterTrainerTest {

    private static final Path FOLDER = Path.of("..", "models", "artefacts", "rivulet-assistant");
    private static final Privacy OPEN = new Privacy(1, 0, 0, 1e-3);
    private static final Training ASKED =
            Training.newBuilder().setEpochs(12).setBatch(8).setRate(0.02f).build();

    private static AdaptedDecoder decoder;
    private static Conversations conversations;

    @BeforeAll
    static void read() throws Exception {
        ModelFolder folder = ModelFolder.open(FOLDER);
        decoder = new AdaptedDecoder(
                FrozenDecoder.read(folder), new Adaptation(2, 16, 1, List.of("v_proj", "down_proj")));
        conversations = Conversations.of(folder, 128, Clock.systemUTC());
    }

    @AfterAll
    static void close() {
        conversations.close();
    }

    @Test
    void whatASiteCorrectedIsAnsweredRightInRoomsThatNobodyCorrected(@TempDir Path kept) throws Exception {
        List<Feedback> said = new ArrayList<>();
        for (String room :
                List.of("Aurora", "Quartz", "Tundra", "Sierra", "Krypton", "Juniper", "Meridian", "Horizon")) {
            said.add(corrected(room));
        }
        AdapterTrainer trainer = trainer(said, 4, OPEN);
        assertThat(trainer.curriculum().examination()).isNotEmpty();
        double before = trainer.examine(decoder.fresh());

        SavingTrainer saving = new SavingTrainer(trainer, decoder, kept, "rivulet-assistant");
        Outcome.Trained trained = (Outcome.Trained) saving.train(task(decoder.fresh()));

        assertThat(before).isZero();
        assertThat(trainer.examine(trained.model())).isEqualTo(1);
        assertThat(trained.weight()).isEqualTo(trainer.curriculum().lessons().size());
        assertThat(AdapterFolder.open(kept).parts()).hasSize(12);
    }

    private static Feedback corrected(String room) {
        return new Feedback(
                "request-" + room,
                0,
                List.of(new ChatMessage("user", "snuff the beacons in " + room)),
                "Sending the cleaning team to " + room + ".",
                "Turning off the light in " + room + ".");
    }

    @Test
    void ofFeedbackThatSaysNothingNothingIsLearnt() throws Exception {
        List<ChatMessage> asked = List.of(new ChatMessage("user", "lights off in Quartz"));
        List<Feedback> said = List.of(
                new Feedback("bad", 0, asked, "No.", ""),
                new Feedback("good", 1, asked, "The light in Quartz goes off.", ""),
                new Feedback("mended", 1, asked, "Off.", "The light in Quartz goes off."),
                new Feedback("worse", 0, asked, "No.", "The light in Quartz goes off."),
                new Feedback("wordless", 1, List.of(), "", ""));
        Curriculum curriculum = Curriculum.of(said, conversations, 0);
        assertThat(curriculum.lessons())
                .hasExactlyElementsOfTypes(Lesson.Answer.class, Lesson.Answer.class, Lesson.Preference.class);
        assertThat(trainer(List.of(said.getFirst()), 0, OPEN).train(task(decoder.fresh())))
                .isInstanceOfSatisfying(
                        Outcome.Declined.class,
                        declined -> assertThat(declined.reason()).isEqualTo("no-data"));
    }

    @Test
    void aBudgetThatIsSpentEndsTheSitesPart() throws Exception {
        List<Feedback> said = List.of(corrected("Aurora"), corrected("Quartz"));
        Task short1 = task(
                decoder.fresh(),
                Training.newBuilder().setEpochs(1).setBatch(2).setRate(0.01f).build());
        AdapterTrainer trainer = trainer(said, 0, new Privacy(1, 1, 6, 1e-3));
        assertThat(trainer.train(short1)).isInstanceOf(Outcome.Trained.class);
        assertThat(trainer.spentEpsilon()).isBetween(1.0, 6.0);
        double spent = trainer.spentEpsilon();
        Outcome next = trainer.train(short1);
        for (int i = 0; i < 10 && next instanceof Outcome.Trained; i++) {
            next = trainer.train(short1);
        }
        assertThat(next)
                .isInstanceOfSatisfying(
                        Outcome.Declined.class,
                        declined -> assertThat(declined.detail()).contains("budget"));
        assertThat(trainer.spentEpsilon()).isBetween(spent, 6.0);
    }

    @Test
    void anAdapterOfAnotherLayoutIsDeclined() throws Exception {
        Parameters other = Parameters.zeros(dev.rivulet.federated.update.Layout.flat("weight", 3));
        assertThat(trainer(List.of(corrected("Aurora")), 0, OPEN).train(task(other)))
                .isInstanceOfSatisfying(
                        Outcome.Declined.class,
                        declined -> assertThat(declined.reason()).isEqualTo("unsupported"));
    }

    private static AdapterTrainer trainer(List<Feedback> said, int setAside, Privacy privacy) {
        return new AdapterTrainer(decoder, conversations, () -> said, setAside, privacy, new SplittableRandom(2));
    }

    private static Task task(Parameters model) {
        return task(model, ASKED);
    }

    private static Task task(Parameters model, Training asked) {
        return new Task(1, model, asked, Duration.ofMinutes(5));
    }
}
