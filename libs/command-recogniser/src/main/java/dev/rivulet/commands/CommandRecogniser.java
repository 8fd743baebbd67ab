// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.commands;

import dev.rivulet.audio.LogMel;
import dev.rivulet.audio.MelFeatures;
import dev.rivulet.audio.Waveform;
import dev.rivulet.commands.Recognition.Candidate;
import dev.rivulet.commands.Recognition.Outcome;
import dev.rivulet.engine.CommandFacts;
import dev.rivulet.engine.CommandFacts.Command;
import dev.rivulet.engine.CommandModel;
import dev.rivulet.engine.NoNumbersException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Recognises one spoken command at a time with a loaded model. Safe for use by many threads; closing it closes the model. */
public final class CommandRecogniser implements AutoCloseable {

    private static final int MOST_CANDIDATES = 5;
    private static final double SPEECH_IN_WINDOW = 0.9;

    private final CommandModel model;
    private final LogMel front;

    /** @param model belongs to the recogniser from here on */
    public CommandRecogniser(CommandModel model) {
        this.model = model;
        this.front = new LogMel(model.facts().mels());
    }

    public CommandFacts facts() {
        return model.facts();
    }

    /**
     * Recognises what is said in a sound. Of one that is longer than the model's window the stretch with the most energy counts,
     * if nine tenths of the energy above the noise lie in it; else it is too long to be a command.
     *
     * @throws IllegalStateException if the run fails or the recogniser is closed
     * @throws NoNumbersException if the model gives NaN or an infinity
     */
    public Recognition recognise(Waveform sound) {
        CommandFacts facts = model.facts();
        Excerpt excerpt = Excerpt.of(sound.samples(), facts.windowSamples());
        if (excerpt.share() == 0) {
            return new Recognition(Outcome.SILENT, List.of(), facts.threshold());
        }
        List<Candidate> candidates =
                candidates(NoNumbersException.refused("recogniser of commands", model.run(values(excerpt.samples()))));
        Outcome outcome = excerpt.share() < SPEECH_IN_WINDOW
                ? Outcome.TOO_LONG
                : candidates.getFirst().confidence() >= facts.threshold() ? Outcome.COMMAND : Outcome.UNSURE;
        return new Recognition(outcome, candidates, facts.threshold());
    }

    /** Whisper's log-mel values less the largest, plus one, so that loudness does not count. */
    private float[] values(float[] window) {
        MelFeatures features = front.features(new Waveform(window));
        float[] values = features.values().clone();
        float largest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            largest = Math.max(largest, value);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] += 1 - largest;
        }
        return values;
    }

    private List<Candidate> candidates(float[] logits) {
        double[] shares = softmax(logits, model.facts().temperature());
        List<Candidate> candidates = new ArrayList<>();
        for (int number = 1; number < logits.length; number++) {
            Command command = model.facts().commands().get(number - 1);
            candidates.add(new Candidate(command.name(), command.phrase(), shares[number]));
        }
        candidates.sort(Comparator.comparingDouble(Candidate::confidence).reversed());
        return candidates.subList(0, Math.min(MOST_CANDIDATES, candidates.size()));
    }

    private static double[] softmax(float[] logits, double temperature) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] shares = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            shares[i] = Math.exp((logits[i] - largest) / temperature);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    @Override
    public void close() {
        model.close();
    }
}
