// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.graph;

import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import java.util.List;

/**
 * Scales of a cache of signed 8-bit numbers: a key or a value is {@code number · scale}, rounded to nearest, and what is larger than
 * 127 scales is cut there. Static: they are measured once, on a text, and hold for every sequence.
 *
 * @param keys one for each layer, above 0
 * @param values as keys
 */
public record CacheScales(List<Float> keys, List<Float> values) {

    public CacheScales {
        keys = List.copyOf(keys);
        values = List.copyOf(values);
        if (keys.size() != values.size()) {
            throw new IllegalArgumentException(keys.size() + " scales of keys, " + values.size() + " of values");
        }
        for (int layer = 0; layer < keys.size(); layer++) {
            if (!(keys.get(layer) > 0 && values.get(layer) > 0)) {
                throw new IllegalArgumentException("scales of layer " + layer + " must be above 0");
            }
        }
    }

    /** The scale of one side of a layer. */
    float of(Side side, int layer) {
        return switch (side) {
            case KEYS -> keys.get(layer);
            case VALUES -> values.get(layer);
        };
    }
}
