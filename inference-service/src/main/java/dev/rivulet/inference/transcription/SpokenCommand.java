// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.audio.AudioReading;
import dev.rivulet.audio.Waveform;
import dev.rivulet.commands.Recognition.Candidate;
import dev.rivulet.inference.commands.ServingCommands;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a recogniser of commands writes down: the phrase of the command, or nothing where it is not sure. It knows no times and no other
 * language.
 *
 * @param text the phrase; empty for nothing
 * @param seconds how long the sound lasts
 */
record SpokenCommand(String text, double seconds) {

    /** @throws ProblemException if more is wanted than it can tell, or the sound can't be read */
    static SpokenCommand of(ServingCommands.One model, SpeechForm form, AudioReading reading) {
        if (form.format() != SpeechFormat.JSON && form.format() != SpeechFormat.TEXT) {
            throw refused("response_format", "'response_format' must be json or text: this model knows no times.");
        }
        if (form.stream()) {
            throw refused("stream", "'stream' must be false: this model tells a command as a whole.");
        }
        if (form.request().translate()) {
            throw refused("model", "This model knows English commands alone, and translates nothing.");
        }
        form.request().language().filter(code -> !code.equals("en")).ifPresent(code -> {
            throw refused("language", "'language' must be en: this model knows English commands alone.");
        });
        Waveform sound = switch (reading) {
            case AudioReading.Read read -> read.sound();
            case AudioReading.Refused no -> throw refused("file", "'file' is refused: " + no.message() + ".");
        };
        String text = model.recogniser()
                .recognise(sound)
                .command()
                .map(Candidate::phrase)
                .orElse("");
        return new SpokenCommand(text, sound.seconds());
    }

    byte[] body(SpeechFormat format, JsonMapper json) {
        if (format == SpeechFormat.TEXT) {
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        }
        return json.writeValueAsBytes(
                Map.of("text", text, "usage", Map.of("type", "duration", "seconds", (long) Math.ceil(seconds))));
    }

    private static ProblemException refused(String field, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, field, message));
    }
}
