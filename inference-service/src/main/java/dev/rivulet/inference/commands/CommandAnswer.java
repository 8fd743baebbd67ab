// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.commands;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.commands.Recognition;
import dev.rivulet.commands.Recognition.Candidate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is answered.
 *
 * @param text phrase of the command; empty where the recogniser is not sure
 * @param command its name; null where the recogniser is not sure
 * @param outcome {@code command}, or why there is none: {@code unsure}, {@code too_long} or {@code silent}
 * @param confidence of the likeliest command, calibrated, 0 to 1
 * @param threshold least confidence of a command
 * @param alternatives the likeliest commands, first the one that was taken or came nearest
 * @param duration seconds of audio
 */
record CommandAnswer(
        String object,
        String model,
        String text,
        @Nullable String command,
        String outcome,
        double confidence,
        double threshold,
        List<Alternative> alternatives,
        double duration,
        Usage usage) {

    /** A command that may have been said. */
    record Alternative(String command, String text, double confidence) {}

    /** Tokens that it took: none. What counts is seconds of audio. */
    record Usage(
            @JsonProperty("prompt_tokens") int promptTokens,
            @JsonProperty("total_tokens") int totalTokens) {}

    static CommandAnswer of(String model, Recognition recognition, double seconds, int most) {
        Optional<Candidate> command = recognition.command();
        List<Alternative> alternatives = recognition.candidates().stream()
                .limit(most)
                .map(one -> new Alternative(one.command(), one.phrase(), rounded(one.confidence())))
                .toList();
        double best = recognition.candidates().isEmpty()
                ? 0
                : recognition.candidates().getFirst().confidence();
        return new CommandAnswer(
                "audio.command",
                model,
                command.map(Candidate::phrase).orElse(""),
                command.map(Candidate::command).orElse(null),
                recognition.outcome().name().toLowerCase(Locale.ROOT),
                rounded(best),
                recognition.threshold(),
                alternatives,
                rounded(seconds),
                new Usage(0, 0));
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
