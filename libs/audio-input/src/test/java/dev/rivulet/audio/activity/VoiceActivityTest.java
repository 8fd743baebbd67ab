// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VoiceActivityTest {

    private static final int RATE = 16_000;

    /** Syllables: tones of a fifth of a second whose loudness rises and falls, with short gaps. */
    private static void speak(float[] sound, double from, double to, double loudness) {
        for (int i = (int) (from * RATE); i < (int) (to * RATE); i++) {
            double at = i / (double) RATE;
            double syllable = Math.max(0, Math.sin(2 * Math.PI * 2.5 * (at - from)));
            sound[i] += (float) (loudness * Math.sqrt(syllable) * Math.sin(2 * Math.PI * 300 * at));
        }
    }

    private static float[] noise(double seconds, double loudness) {
        Random random = new Random(11);
        float[] sound = new float[(int) (seconds * RATE)];
        for (int i = 0; i < sound.length; i++) {
            sound[i] = (float) (loudness * random.nextGaussian());
        }
        return sound;
    }

    private static List<Activity> heard(float[] sound, int piece) {
        VoiceActivity activity = new VoiceActivity(ActivitySettings.STANDARD);
        List<Activity> happened = new ArrayList<>();
        for (int at = 0; at < sound.length; at += piece) {
            happened.addAll(activity.push(sound, at, Math.min(piece, sound.length - at)));
        }
        return happened;
    }

    private static List<Activity.Stopped> utterances(List<Activity> happened) {
        return happened.stream()
                .filter(Activity.Stopped.class::isInstance)
                .map(Activity.Stopped.class::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"0.0001", "0.001", "0.003", "0.005"})
    void twoUtterancesAreFoundInNoise(double loudness) {
        float[] sound = noise(8, loudness);
        speak(sound, 3, 4.2, 0.2);
        speak(sound, 6, 6.8, 0.2);

        List<Activity> happened = heard(sound, 777);

        assertThat(happened).hasSize(4);
        List<Activity.Stopped> found = utterances(happened);
        assertThat(found.getFirst().from() / (double) RATE).isBetween(2.6, 3.05);
        assertThat(end(found.getFirst())).isBetween(4.1, 4.9);
        assertThat(found.getLast().from() / (double) RATE).isBetween(5.6, 6.05);
        assertThat(end(found.getLast())).isBetween(6.7, 7.5);
    }

    private static double end(Activity.Stopped utterance) {
        return (utterance.from() + utterance.samples().length) / (double) RATE;
    }

    @Test
    void theSamplesOfAnUtteranceAreThoseOfTheSound() {
        float[] sound = noise(4, 0.001);
        speak(sound, 1.5, 2.5, 0.3);

        Activity.Stopped found = utterances(heard(sound, 320)).getFirst();

        for (int i = 0; i < found.samples().length; i++) {
            assertThat(found.samples()[i]).isEqualTo(sound[(int) found.from() + i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 160, 320, 5_000, 1 << 20})
    void itDoesNotMatterInWhatPiecesTheSoundComes(int piece) {
        float[] sound = noise(4, 0.001);
        speak(sound, 1.5, 2.5, 0.3);

        Activity.Stopped whole = utterances(heard(sound, 480)).getFirst();
        Activity.Stopped pieces = utterances(heard(sound, piece)).getFirst();

        assertThat(pieces.from()).isEqualTo(whole.from());
        assertThat(pieces.samples()).isEqualTo(whole.samples());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.0005, 0.01, 0.2})
    void noiseIsNotSpeechForLong(double loudness) {
        List<Activity> late = heard(noise(12, loudness), 1_600).stream()
                .filter(Activity.Started.class::isInstance)
                .filter(one -> ((Activity.Started) one).at() > 4L * RATE)
                .toList();

        assertThat(late).isEmpty();
    }

    /** A fan that starts is taken for speech until it is known for noise; then speech over it is found. */
    @Test
    void aNoiseThatBeginsIsKnownForNoiseAfterAWhile() {
        float[] sound = noise(12, 0.0005);
        float[] fan = noise(12, 0.01);
        for (int i = 3 * RATE; i < sound.length; i++) {
            sound[i] += fan[i];
        }
        speak(sound, 9, 10, 0.3);

        List<Activity.Stopped> found = utterances(heard(sound, 1_600));

        Activity.Stopped last = found.getLast();
        assertThat(last.from() / (double) RATE).isBetween(8.5, 9.1);
        assertThat(end(last)).isBetween(9.9, 10.9);
    }

    @Test
    void anUtteranceThatNeverEndsIsCut() {
        float[] sound = noise(30, 0.0005);
        speak(sound, 1, 30, 0.3);

        List<Activity.Stopped> found = utterances(heard(sound, 1_600));

        assertThat(found)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.samples().length).isLessThanOrEqualTo(10 * RATE + 640));
        assertThat(found).anyMatch(Activity.Stopped::cut);
    }

    @Test
    void flushingEndsTheUtteranceThatGoesOn() {
        float[] sound = noise(2.2, 0.001);
        speak(sound, 1.5, 2.2, 0.3);
        VoiceActivity activity = new VoiceActivity(ActivitySettings.STANDARD);
        assertThat(activity.flush()).isEmpty();

        activity.push(sound, 0, sound.length);

        assertThat(activity.speaking()).isTrue();
        assertThat(activity.soFar().length).isGreaterThan(RATE / 2);
        assertThat(activity.flush()).hasSize(1);
        assertThat(activity.speaking()).isFalse();
        assertThat(activity.soFar()).isEmpty();
    }

    @Test
    void settingsSayWhatIsWrongWithThem() {
        assertThatThrownBy(() -> new ActivitySettings(
                        2, 1, -50, Duration.ofMillis(60), Duration.ofMillis(400), Duration.ZERO, Duration.ofSeconds(5)))
                .hasMessageContaining("onset must be 3 to 40 dB");
        assertThatThrownBy(() -> new ActivitySettings(
                        9, 5, -50, Duration.ofMillis(60), Duration.ofMillis(400), Duration.ZERO, Duration.ofHours(5)))
                .hasMessageContaining("longest must be 1000 to 60000 ms");
    }
}
