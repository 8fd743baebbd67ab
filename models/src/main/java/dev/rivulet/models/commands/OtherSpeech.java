// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import dev.rivulet.models.Sections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * What people say that is no command: whole sentences, words in no order and beginnings of sentences.
 *
 * @param sentences and words of one split
 */
record OtherSpeech(List<String> sentences, List<String> words) {

    static OtherSpeech read(Split split) {
        Map<String, List<String>> sections = Sections.read("commands/other-speech.txt");
        return new OtherSpeech(
                sections.getOrDefault(split.other("sentences"), List.of()),
                sections.getOrDefault(split.other("words"), List.of()));
    }

    String drawn(RandomGenerator random) {
        int kind = random.nextInt(10);
        String sentence = sentences.get(random.nextInt(sentences.size()));
        if (kind < 4) {
            return sentence;
        }
        if (kind < 6) {
            String[] parts = sentence.split(" ");
            int from = random.nextInt(parts.length - 1);
            int count = random.nextInt(1, Math.min(5, parts.length - from) + 1);
            return String.join(" ", List.of(parts).subList(from, from + count));
        }
        StringBuilder text = new StringBuilder(words.get(random.nextInt(words.size())));
        for (int more = random.nextInt(4); more > 0; more--) {
            text.append(' ').append(words.get(random.nextInt(words.size())));
        }
        return text.toString();
    }
}
