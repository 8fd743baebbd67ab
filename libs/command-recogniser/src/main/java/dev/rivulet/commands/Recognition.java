// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.commands;

import java.util.List;
import java.util.Optional;

/**
 * What a recogniser makes of a sound.
 *
 * @param outcome whether it is sure, and if not, why
 * @param candidates commands, the likeliest first; empty where nothing was heard
 * @param threshold least probability of a command that is taken for one
 */
public record Recognition(Outcome outcome, List<Candidate> candidates, double threshold) {

    /** Whether a recogniser is sure. */
    public enum Outcome {
        /** The first candidate was said. */
        COMMAND,
        /** No candidate is likely enough: other speech, noise, or a command that was not understood. */
        UNSURE,
        /** Speech goes on for longer than any command. */
        TOO_LONG,
        /** There is nothing to be heard. */
        SILENT
    }

    /**
     * A command that may have been said.
     *
     * @param command its name, such as {@code lights.on}
     * @param phrase for people
     * @param confidence calibrated probability, 0 to 1
     */
    public record Candidate(String command, String phrase, double confidence) {}

    public Recognition {
        candidates = List.copyOf(candidates);
        if (outcome == Outcome.COMMAND && candidates.isEmpty()) {
            throw new IllegalArgumentException("a command needs a candidate");
        }
    }

    /** The command that was said, if the recogniser is sure. */
    public Optional<Candidate> command() {
        return outcome == Outcome.COMMAND ? Optional.of(candidates.getFirst()) : Optional.empty();
    }
}
