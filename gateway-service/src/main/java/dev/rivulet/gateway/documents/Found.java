// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents;

import java.util.List;

/**
 * What a question finds in a key's documents.
 *
 * @param passages those that fit, the best first
 * @param wordsAlone whether what the question means could not be compared, though a model for that is set
 */
public record Found(List<Excerpt> passages, boolean wordsAlone) {

    public Found {
        passages = List.copyOf(passages);
    }
}
