// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.List;
import java.util.stream.IntStream;

/**
 * One way to say something.
 *
 * @param phrase the pattern
 * @param imperative true for a request that may be framed ("could you ...")
 */
public record Wording(Phrase phrase, boolean imperative) {
    /** Which share of the wordings is meant. */
    public enum Split {
        /** Four of five: seen in training. */
        TRAIN,
        /** One of five: held out for development. */
        DEV;

        /** The wordings of this share; every fifth is held out. */
        public <T> List<T> of(List<T> all) {
            return IntStream.range(0, all.size())
                    .filter(index -> (index % 5 == 4) == (this == DEV))
                    .mapToObj(all::get)
                    .toList();
        }
    }

    static Wording parse(String line) {
        boolean imperative = line.startsWith("!");
        return new Wording(Phrase.parse(imperative ? line.substring(1).strip() : line), imperative);
    }
}
