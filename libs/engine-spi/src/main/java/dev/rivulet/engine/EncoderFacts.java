// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.List;

/**
 * What is known of an encoder once it is loaded.
 *
 * @param architecture the first entry of {@code architectures} in {@code config.json}
 * @param output what it computes
 * @param parameters number of weights
 * @param contextLength most tokens of a row, the frame included
 * @param labels names of the outputs of a classifier, by their number; empty for embeddings
 * @param independent whether labels don't exclude each other: a sigmoid for each instead of a softmax over all
 * @param width values of a row or, for tokens, of a token
 * @param memoryBytes weights and the buffers of the largest batch
 */
public record EncoderFacts(
        String architecture,
        Output output,
        long parameters,
        int contextLength,
        List<String> labels,
        boolean independent,
        int width,
        long memoryBytes) {

    /** What an encoder computes. */
    public enum Output {
        /** A hidden state for each token. */
        STATES,
        /** A vector for each text. */
        EMBEDDING,
        /** A relevance logit for each pair. */
        SCORE,
        /** Logits of labels for each text. */
        LABELS,
        /** Logits of labels for each token. */
        TOKEN_LABELS
    }

    public EncoderFacts {
        labels = List.copyOf(labels);
    }
}
