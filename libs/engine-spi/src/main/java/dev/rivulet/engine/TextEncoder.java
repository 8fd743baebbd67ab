// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import org.jspecify.annotations.Nullable;

/** Texts and pairs of texts to the tokens of an encoder. No text of a caller can become a special token. Thread-safe. */
public interface TextEncoder {

    /** Encodes a text, or a pair such as query and document. @param spans whether places in the text are wanted */
    Encoding encode(String text, @Nullable String pair, boolean spans);

    /**
     * Puts the tokens that frame a text around given ones.
     *
     * @throws IllegalArgumentException if an id is not in the vocabulary
     */
    Encoding frame(int[] ids);
}
