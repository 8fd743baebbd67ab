// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.commands.CommandBook.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes the recordings of a split, the same for the same seed and release of espeak-ng. */
public final class Recordings {

    private static final int BABBLE = 60;

    private final CommandBook book;
    private final Split split;
    private final Amounts amounts;
    private final Speaker speaker = new Speaker();
    private final RandomGenerator random;
    private final OtherSpeech others;
    private final List<float[]> babble = new ArrayList<>();

    /**
     * How many are made.
     *
     * @param takes how often each voice says each wording, with a pitch and speed of their own
     * @param scenes how often each take is heard
     * @param others other utterances of each voice
     * @param noises recordings of noise alone, all voices together
     * @param leastSnr the noisiest scene, dB
     * @param mostSnr the quietest, dB
     */
    public record Amounts(int takes, int scenes, int others, int noises, double leastSnr, double mostSnr) {}

    /**
     * One recording.
     *
     * @param label class, 0 for other speech and noise
     * @param snr utterance over noise, dB
     * @param reverberation RT60 in seconds
     * @param samples {@link Sound#WINDOW} at {@link Sound#RATE}
     */
    public record Recording(
            int label, String text, String voice, double snr, String noise, double reverberation, float[] samples) {}

    /** Takes recordings one after the other. */
    public interface Sink {
        /** @throws IOException if it can't be kept */
        void put(Recording recording) throws IOException;
    }

    public Recordings(CommandBook book, Split split, Amounts amounts, RandomGenerator random) {
        this.book = book;
        this.split = split;
        this.amounts = amounts;
        this.random = random;
        this.others = OtherSpeech.read(split);
    }

    /** Makes all of them. */
    public void make(Sink sink) throws IOException, InterruptedException {
        List<String> voices = Voice.names(split);
        while (babble.size() < BABBLE) {
            babble.add(speaker.speak(
                    Voice.drawn(voices.get(babble.size() % voices.size()), random), others.drawn(random)));
        }
        for (String voice : voices) {
            for (int label = 1; label <= book.commands().size(); label++) {
                Command command = book.commands().get(label - 1);
                for (int take = 0; take < amounts.takes(); take++) {
                    for (String wording : command.wordings()) {
                        say(label, wording, voice, sink);
                    }
                }
            }
            for (int other = 0; other < amounts.others(); other++) {
                say(0, unlikeCommands(), voice, sink);
            }
        }
        for (int i = 0; i < amounts.noises(); i++) {
            heard(0, "", "", new float[0], sink);
        }
    }

    private String unlikeCommands() {
        while (true) {
            String text = others.drawn(random);
            boolean command = book.commands().stream()
                    .flatMap(one -> one.wordings().stream())
                    .anyMatch(wording -> text.equals(wording) || wording.contains(" ") && text.contains(wording));
            if (!command) {
                return text;
            }
        }
    }

    private void say(int label, String text, String voice, Sink sink) throws IOException, InterruptedException {
        float[] utterance = speaker.speak(Voice.drawn(voice, random), text);
        for (int scene = 0; scene < amounts.scenes(); scene++) {
            heard(label, text, voice, utterance, sink);
        }
    }

    private void heard(int label, String text, String voice, float[] utterance, Sink sink) throws IOException {
        Scene scene = Scene.drawn(amounts.leastSnr(), amounts.mostSnr(), random);
        float[] samples = scene.recorded(utterance, babble, random);
        sink.put(new Recording(
                label,
                text,
                voice,
                scene.snr(),
                scene.noise().name(),
                scene.room().seconds(),
                samples));
    }
}
