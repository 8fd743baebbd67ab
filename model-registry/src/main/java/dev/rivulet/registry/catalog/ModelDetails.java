// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What people say about a model.
 *
 * @param tags key and value
 * @param license an SPDX identifier or expression; empty if nobody said
 * @param hasCard whether it has a model card, which is read on its own
 */
public record ModelDetails(SortedMap<String, String> tags, String license, boolean hasCard) {

    public ModelDetails {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
}
