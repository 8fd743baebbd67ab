// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was ready for a reader at once.
 *
 * @param text text of any number of tokens, possibly empty
 * @param tokens log probabilities of the tokens of that text, if they were asked for
 * @param ending how the generation ended, if nothing follows
 */
public record Batch(
        String text, List<ScoredToken> tokens, @Nullable Ending ending) {

    public boolean isEmpty() {
        return text.isEmpty() && tokens.isEmpty() && ending == null;
    }
}
