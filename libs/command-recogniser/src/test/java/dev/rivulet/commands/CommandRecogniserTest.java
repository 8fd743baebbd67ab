// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.audio.AudioLimits;
import dev.rivulet.audio.AudioReader;
import dev.rivulet.audio.AudioReading;
import dev.rivulet.audio.Waveform;
import dev.rivulet.audio.activity.Activity;
import dev.rivulet.audio.activity.ActivitySettings;
import dev.rivulet.audio.activity.VoiceActivity;
import dev.rivulet.commands.Recognition.Outcome;
import dev.rivulet.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The built-in recogniser on recordings of voices that it was not trained on. */
class CommandRecogniserTest {

    private static final Path MODELS = Path.of("..", "..", "models");
    private static final Path CLIPS = MODELS.resolve("building/speech");

    private static CommandRecogniser recogniser;
    private static List<Clip> clips;

    private record Clip(String command, String said, double snr, float[] samples) {}

    @BeforeAll
    static void load() throws Exception {
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        recogniser = new CommandRecogniser(engine.loadCommands(MODELS.resolve("artefacts/rivulet-commands"), 1));
        AudioReader reader = new AudioReader(AudioLimits.standard());
        clips = new ArrayList<>();
        for (String line : Files.readAllLines(CLIPS.resolve("index.jsonl"))) {
            clips.add(clip(JsonMapper.shared().readTree(line), reader));
        }
    }

    private static Clip clip(JsonNode line, AudioReader reader) throws IOException {
        byte[] file = Files.readAllBytes(CLIPS.resolve(line.path("file").asString()));
        AudioReading.Read read = (AudioReading.Read) reader.read(file);
        return new Clip(
                line.path("command").asString(),
                line.path("said").asString(),
                line.path("snr").asDouble(),
                read.sound().samples());
    }

    @AfterAll
    static void close() {
        recogniser.close();
    }

    @Test
    void nineOfTenCommandsOfHeldOutVoicesAreTheLikeliest() {
        List<Clip> commands =
                clips.stream().filter(clip -> !clip.command().isEmpty()).toList();
        assertThat(commands).hasSizeGreaterThan(60);

        List<String> missed = commands.stream()
                .filter(clip -> !recogniser
                        .recognise(new Waveform(clip.samples()))
                        .candidates()
                        .getFirst()
                        .command()
                        .equals(clip.command()))
                .map(clip -> clip.said() + " at " + clip.snr() + " dB")
                .toList();

        assertThat(missed).hasSizeLessThanOrEqualTo(commands.size() / 10);
    }

    @Test
    void otherSpeechAndNoiseIsSeldomTakenForACommand() {
        List<Clip> others =
                clips.stream().filter(clip -> clip.command().isEmpty()).toList();
        assertThat(others).hasSizeGreaterThan(20);

        assertThat(others.stream()
                        .filter(clip -> recogniser
                                .recognise(new Waveform(clip.samples()))
                                .command()
                                .isPresent())
                        .map(Clip::said))
                .hasSizeLessThanOrEqualTo(others.size() / 8);
    }

    @Test
    void silenceIsSilentAndTakesNoCandidate() {
        Recognition silence = recogniser.recognise(new Waveform(new float[40_000]));

        assertThat(silence.outcome()).isEqualTo(Outcome.SILENT);
        assertThat(silence.candidates()).isEmpty();
        assertThat(silence.command()).isEmpty();
    }

    @Test
    void speechThatGoesOnIsTooLongForACommand() {
        float[] all = new float[4 * 38_400];
        for (int i = 0; i < 4; i++) {
            System.arraycopy(clips.get(i).samples(), 0, all, i * 38_400, 38_400);
        }

        assertThat(recogniser.recognise(new Waveform(all)).outcome()).isEqualTo(Outcome.TOO_LONG);
    }

    @Test
    void loudnessDoesNotCount() {
        float[] samples = clips.getFirst().samples();
        float[] quiet = samples.clone();
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] *= 0.05f;
        }

        double loud = recogniser
                .recognise(new Waveform(samples))
                .candidates()
                .getFirst()
                .confidence();
        double soft = recogniser
                .recognise(new Waveform(quiet))
                .candidates()
                .getFirst()
                .confidence();

        assertThat(soft).isCloseTo(loud, org.assertj.core.api.Assertions.within(1e-3));
    }

    /** As it comes over a stream: found in noise by the detector of voice activity, cut out, recognised. */
    @Test
    void utterancesThatAreFoundInNoiseAreRecognised() {
        List<Clip> clear = clips.stream()
                .filter(clip -> !clip.command().isEmpty() && clip.snr() > 18)
                .filter(clip -> recogniser
                        .recognise(new Waveform(clip.samples()))
                        .command()
                        .isPresent())
                .limit(12)
                .toList();
        assertThat(clear).hasSizeGreaterThan(5);
        int found = 0;
        for (Clip clip : clear) {
            found += hears(clip) ? 1 : 0;
        }

        assertThat(found).isGreaterThanOrEqualTo(clear.size() * 3 / 4);
    }

    private static boolean hears(Clip clip) {
        Random random = new Random(3);
        float[] stream = new float[16_000 * 2 + clip.samples().length + 16_000];
        float loudest = 0;
        for (float sample : clip.samples()) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        for (int i = 0; i < stream.length; i++) {
            int at = i - 32_000;
            float said = at >= 0 && at < clip.samples().length ? clip.samples()[at] / loudest * 0.5f : 0;
            stream[i] = said + 0.001f * (float) random.nextGaussian();
        }
        VoiceActivity activity = new VoiceActivity(ActivitySettings.STANDARD);
        List<Activity> happened = new ArrayList<>(activity.push(stream, 0, stream.length));
        happened.addAll(activity.flush());
        return happened.stream()
                .filter(Activity.Stopped.class::isInstance)
                .map(one -> recogniser.recognise(new Waveform(((Activity.Stopped) one).samples())))
                .flatMap(heard -> heard.command().stream())
                .anyMatch(heard -> heard.command().equals(clip.command()));
    }

    @Test
    void theWholeWayFromSamplesToLogitsIsThatOfTheTraining() throws IOException {
        JsonNode fixture = JsonMapper.shared()
                .readTree(Files.readString(MODELS.resolve("artefacts/fixtures/rivulet-commands.json")));
        double[] logits = fixture.path("logits")
                .valueStream()
                .mapToDouble(JsonNode::asDouble)
                .toArray();

        Recognition heard = recogniser.recognise(new Waveform(fixtureSound()));

        double temperature = recogniser.facts().temperature();
        double sum = Arrays.stream(logits)
                .map(logit -> Math.exp(logit / temperature))
                .sum();
        double[] commands = Arrays.copyOfRange(logits, 1, logits.length);
        double best = Arrays.stream(commands).max().orElseThrow();
        assertThat(heard.candidates().getFirst().confidence())
                .isCloseTo(Math.exp(best / temperature) / sum, org.assertj.core.api.Assertions.within(2e-3));
    }

    /** Three tones that come and go, as {@code train_commands.py} makes them. */
    private static float[] fixtureSound() {
        double[] slow = {3, 5, 2};
        double[] tones = {440, 1300, 2900};
        double[] loudness = {0.3, 0.2, 0.1};
        float[] sound = new float[38_400];
        for (int i = 0; i < sound.length; i++) {
            double at = i / 16_000.0;
            for (int tone = 0; tone < tones.length; tone++) {
                double rise = Math.sin(2 * Math.PI * slow[tone] * at);
                sound[i] += (float) (rise * rise * Math.sin(2 * Math.PI * tones[tone] * at) * loudness[tone]);
            }
        }
        return sound;
    }
}
