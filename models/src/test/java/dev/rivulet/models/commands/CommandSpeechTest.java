// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rivulet.models.GenerateCorpus;
import dev.rivulet.models.commands.Recordings.Amounts;
import dev.rivulet.models.commands.Recordings.Recording;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CommandSpeechTest {

    private final CommandBook book = CommandBook.read();

    @Test
    void thereAreThirtyToFortyCommandsAndNoWordingIsOfTwo() {
        assertThat(book.commands()).hasSizeBetween(30, 40);
        List<String> wordings = book.commands().stream()
                .flatMap(command -> command.wordings().stream())
                .toList();
        assertThat(wordings).doesNotHaveDuplicates();
    }

    @Test
    void noVoiceAndNoOtherSentenceIsOfTwoSplits() {
        Set<String> voices = new HashSet<>();
        for (Split split : Split.values()) {
            assertThat(Voice.names(split)).isNotEmpty().allMatch(voices::add);
        }
        assertThat(Voice.names(Split.TRAIN)).hasSizeGreaterThanOrEqualTo(8);
        OtherSpeech trained = OtherSpeech.read(Split.TRAIN);
        OtherSpeech heldOut = OtherSpeech.read(Split.HELD_OUT);
        assertThat(heldOut.sentences()).isNotEmpty().doesNotContainAnyElementsOf(trained.sentences());
        assertThat(heldOut.words()).isNotEmpty().doesNotContainAnyElementsOf(trained.words());
    }

    @Test
    void convolvingBySpectraIsConvolving() {
        Random random = new Random(1);
        float[] samples = new float[700];
        float[] response = new float[90];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = random.nextFloat() - 0.5f;
        }
        for (int i = 0; i < response.length; i++) {
            response[i] = random.nextFloat() - 0.5f;
        }

        float[] fast = Fourier.convolve(samples, response);

        for (int i = 0; i < samples.length; i++) {
            double sum = 0;
            for (int j = 0; j < response.length && j <= i; j++) {
                sum += response[j] * samples[i - j];
            }
            assertThat(fast[i]).isCloseTo((float) sum, org.assertj.core.api.Assertions.within(1e-4f));
        }
    }

    @Test
    void aSceneHasTheLevelsThatItSays() {
        RandomGenerator random = GenerateCorpus.random(5);
        float[] tone = new float[16_000];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (float) (0.3 * Math.sin(i * 0.3));
        }
        for (Noise noise : List.of(Noise.WHITE, Noise.PINK)) {
            Scene scene = new Scene(new Room(0, 0, 0), noise, 10, -6, Sound.WINDOW);

            float[] heard = scene.recorded(tone, List.of(), random);
            float[] alone = scene.recorded(new float[0], List.of(), random);

            float loudest = 0;
            for (float sample : heard) {
                loudest = Math.max(loudest, Math.abs(sample));
            }
            assertThat(loudest).isCloseTo(0.5f, org.assertj.core.api.Assertions.within(0.01f));
            assertThat(Sound.level(heard)).isGreaterThan(0.05);
            assertThat(Sound.level(alone)).isPositive();
        }
    }

    @Test
    void theSameSeedMakesTheSameRecordings() throws Exception {
        assumeTrue(Speaker.present(), "espeak-ng is not installed (Debian: apt-get install espeak-ng)");
        CommandBook few = new CommandBook(book.commands().subList(0, 1));

        List<Recording> first = made(few);
        List<Recording> second = made(few);

        assertThat(first).hasSize(second.size()).hasSizeGreaterThan(10);
        for (int i = 0; i < first.size(); i++) {
            assertThat(first.get(i).text()).isEqualTo(second.get(i).text());
            assertThat(first.get(i).samples()).isEqualTo(second.get(i).samples());
        }
        assertThat(first).anyMatch(recording -> recording.label() == 0);
    }

    private static List<Recording> made(CommandBook few) throws Exception {
        List<Recording> made = new ArrayList<>();
        Amounts amounts = new Amounts(1, 1, 1, 2, 5, 25);
        new Recordings(few, Split.CALIBRATION, amounts, GenerateCorpus.random(9)).make(made::add);
        return made;
    }
}
