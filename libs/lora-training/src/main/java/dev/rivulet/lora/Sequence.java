// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/**
 * A conversation as tokens, of which the last are the assistant's: those alone are learnt.
 *
 * @param tokens of prompt and answer; not to be changed
 * @param prompt how many belong to the prompt, at least 1 and fewer than all
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to the pass uncopied.
public record Sequence(int[] tokens, int prompt) {

    public Sequence {
        if (prompt < 1 || prompt >= tokens.length) {
            throw new IllegalArgumentException("a sequence has a prompt and an answer: " + prompt + " of "
                    + tokens.length + " tokens is no prompt");
        }
    }

    /** How many tokens are learnt. */
    public int answer() {
        return tokens.length - prompt;
    }
}
