// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.Locale;

/** Which way a text goes. */
enum Direction {
    /** From the caller to a model. */
    INPUT,
    /** From a model to the caller. */
    OUTPUT;

    /** As in headers and metrics. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
