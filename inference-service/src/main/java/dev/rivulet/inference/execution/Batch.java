package dev.rivulet.inference.execution;

import org.jspecify.annotations.Nullable;

/**
 * What was ready for a reader at once.
 *
 * @param text text of any number of tokens, possibly empty
 * @param ending how the generation ended, if nothing follows
 */
public record Batch(String text, @Nullable Ending ending) {

    public boolean isEmpty() {
        return text.isEmpty() && ending == null;
    }
}
