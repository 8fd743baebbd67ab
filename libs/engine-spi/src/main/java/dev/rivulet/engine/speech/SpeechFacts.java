// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

import java.util.Set;

/**
 * What is known of a speech model once it is loaded.
 *
 * @param architecture the first entry of {@code architectures} in {@code config.json}
 * @param parameters number of weights
 * @param mels filters of the features that it takes
 * @param windowFrames frames of the features that it takes at once
 * @param contextLength most tokens of a window, those before the text included
 * @param languages codes of the languages that it knows, such as {@code en}; empty if it knows English alone
 * @param translates whether it can translate into English
 * @param memoryBytes weights, cache and what a window takes
 */
public record SpeechFacts(
        String architecture,
        long parameters,
        int mels,
        int windowFrames,
        int contextLength,
        Set<String> languages,
        boolean translates,
        long memoryBytes) {

    public SpeechFacts {
        languages = Set.copyOf(languages);
    }
}
