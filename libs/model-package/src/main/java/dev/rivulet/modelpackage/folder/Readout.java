// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.modelpackage.folder.EncoderDesign.Activation;
import java.util.List;
import java.util.Optional;

/** What is read from an encoder's hidden states. */
public sealed interface Readout {

    /** How the states of a text become one vector. */
    enum Pooling {
        FIRST,
        MEAN,
        MAX
    }

    /**
     * A layer between hidden states and classifier: linear, function, norm.
     *
     * @param linear name of the linear layer
     * @param norm name of a norm without bias, if there is one
     */
    record HeadLayer(String linear, boolean biased, Activation activation, Optional<String> norm) {}

    /** The hidden states themselves, one vector for each token. */
    record Hidden() implements Readout {}

    /** A vector for each text. @param normalised whether it is scaled to length 1 */
    record Embedding(Pooling pooling, boolean normalised) implements Readout {}

    /**
     * A logit for each label and text; one label alone makes a score.
     *
     * @param independent whether labels don't exclude each other
     */
    record Sequence(Pooling pooling, HeadLayer layer, List<String> labels, boolean independent) implements Readout {
        public Sequence {
            labels = List.copyOf(labels);
        }
    }

    /** A logit for each label and token. */
    record Tokens(Optional<HeadLayer> layer, List<String> labels) implements Readout {
        public Tokens {
            labels = List.copyOf(labels);
        }
    }
}
