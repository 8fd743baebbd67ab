// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/** Turns the tokens of one answer into text as they come. Never emits half a code point. For one thread at a time. */
public interface Detokenizer {

    /** Takes one token; returns the text that is complete now, often empty while a code point or a word is split. */
    String append(int token);

    /** What is left at the end; bytes that never became a code point are U+FFFD. */
    String flush();
}
