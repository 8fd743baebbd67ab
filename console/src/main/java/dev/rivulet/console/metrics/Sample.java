// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.Map;

/**
 * One line of an exposition.
 *
 * @param name with its suffix, such as {@code vllm:generation_tokens_total}
 * @param labels in no order
 * @param value a number; never NaN
 */
record Sample(String name, Map<String, String> labels, double value) {

    Sample {
        labels = Map.copyOf(labels);
    }

    /** The value of a label, empty where it is missing. */
    String label(String label) {
        return labels.getOrDefault(label, "");
    }

    /** What tells this series from all others of one instance. */
    Series series() {
        return new Series(name, labels);
    }

    /** A name with its labels. */
    record Series(String name, Map<String, String> labels) {}
}
