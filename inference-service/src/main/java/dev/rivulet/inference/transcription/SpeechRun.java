// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.audio.AudioReading;
import dev.rivulet.audio.Waveform;
import dev.rivulet.engine.speech.SpeechListener;
import dev.rivulet.engine.speech.SpeechSegment;
import dev.rivulet.inference.scheduling.Terms;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One sound on its way from a form to its text. Made on one thread; {@link #cancel} may come from another. */
final class SpeechRun {

    private final ServingSpeech model;
    private final SpeechForm form;
    private final Terms terms;
    private final Waveform sound;
    private volatile boolean cancelled;

    private SpeechRun(ServingSpeech model, SpeechForm form, Terms terms, Waveform sound) {
        this.model = model;
        this.form = form;
        this.terms = terms;
        this.sound = sound;
    }

    /**
     * Decodes the audio of a form.
     *
     * @throws ProblemException if it is refused, or the model does not know what is asked of it
     */
    static SpeechRun of(ServingSpeech model, SpeechForm form, Terms terms, AudioReading reading) {
        form.request().language().filter(code -> !known(model, code)).ifPresent(code -> {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    "language",
                    "Model '" + form.model() + "' does not know the language '" + code + "'."));
        });
        if (form.request().translate() && !model.facts().translates()) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, "model", "Model '" + form.model() + "' does not translate."));
        }
        return switch (reading) {
            case AudioReading.Read read -> new SpeechRun(model, form, terms, read.sound());
            case AudioReading.Refused refused -> throw new ProblemException(problem(refused));
        };
    }

    private static boolean known(ServingSpeech model, String code) {
        return model.facts().languages().isEmpty()
                ? code.equals("en")
                : model.facts().languages().contains(code);
    }

    private static Problem problem(AudioReading.Refused refused) {
        boolean large =
                refused.reason() == AudioReading.Reason.TOO_LARGE || refused.reason() == AudioReading.Reason.TOO_LONG;
        return Problem.at(
                large ? ProblemCode.REQUEST_TOO_LARGE : ProblemCode.INVALID_VALUE,
                "file",
                "'file' is refused: " + refused.message() + ".");
    }

    SpeechForm form() {
        return form;
    }

    ServingSpeech model() {
        return model;
    }

    double seconds() {
        return sound.seconds();
    }

    /** Ends the run before its next token. */
    void cancel() {
        cancelled = true;
    }

    /**
     * Writes the sound down.
     *
     * @param each told of each segment as it is written
     * @throws ProblemException if the time that the request allowed ran out
     */
    WrittenSpeech write(Consumer<SpeechSegment> each) {
        Notes notes = new Notes(each);
        if (!notes.cancelled()) {
            model.transcribe(sound, form.request(), terms.tenant(), notes);
        }
        if (late()) {
            throw new ProblemException(
                    Problem.of(ProblemCode.DEADLINE_EXCEEDED, "The time that the request allowed ran out."));
        }
        return new WrittenSpeech(notes.language, sound.seconds(), form.request().translate(), notes.segments);
    }

    private boolean late() {
        return terms.deadline().isPresent()
                && System.nanoTime() - terms.deadline().getAsLong() >= 0;
    }

    /** Keeps what is heard and tells it on. */
    private final class Notes implements SpeechListener {
        private final Consumer<SpeechSegment> each;
        private final List<SpeechSegment> segments = new ArrayList<>();
        private String language = "";

        Notes(Consumer<SpeechSegment> each) {
            this.each = each;
        }

        @Override
        public void language(String code) {
            language = code;
        }

        @Override
        public void segment(SpeechSegment segment) {
            segments.add(segment);
            each.accept(segment);
        }

        @Override
        public boolean cancelled() {
            return cancelled || late();
        }
    }
}
