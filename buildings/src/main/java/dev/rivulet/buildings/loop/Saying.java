// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.loop;

import java.util.Locale;
import java.util.Set;

/**
 * What somebody says to the assistant, and what he wants to hear.
 *
 * @param text as typed
 * @param wanted the answer that he would write himself
 * @param right all answers that he is content with, the one that he would write among them
 */
public record Saying(String text, String wanted, Set<String> right) {

    public Saying {
        right = Set.copyOf(right);
        if (text.isBlank() || !right.contains(wanted)) {
            throw new IllegalArgumentException("a saying has words, and what is wanted is right");
        }
    }

    /** Whether an answer is right; capitals and what stands around the words make no difference. */
    public boolean isAnsweredBy(String answer) {
        return right.stream().anyMatch(each -> bare(each).equals(bare(answer)));
    }

    private static String bare(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }
}
