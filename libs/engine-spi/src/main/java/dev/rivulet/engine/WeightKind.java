// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an engine holds the weights of linear layers, of the embedding table and of the head. */
public enum WeightKind {
    /** 32-bit floats: the weights of the folder, exactly. */
    F32,
    /** Signed 8-bit weights with a scale for each output channel; activations become 8-bit row by row, at run time. */
    W8R,
    /** 4-bit weights in blocks of 32 with a scale each. */
    INT4;

    /** The name in settings, such as {@code w8r}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if no kind has that name */
    public static WeightKind named(String label) {
        return Arrays.stream(values())
                .filter(kind -> kind.name().equalsIgnoreCase(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no weights are named " + label + "; there are "
                        + Arrays.stream(values()).map(WeightKind::label).collect(Collectors.joining(", "))));
    }
}
