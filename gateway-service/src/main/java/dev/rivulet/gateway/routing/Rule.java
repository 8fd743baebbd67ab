// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.util.Locale;

/** What decided which replica a request went to. */
enum Rule {
    /** There was no other. */
    ONLY,
    /** Its session was there last. */
    SESSION,
    /** Prompts that begin like this one go there. */
    PREFIX,
    /** As PREFIX, the first of its order being loaded beyond the bound. */
    PREFIX_NEXT,
    /** It had the fewest outstanding tokens. */
    LEAST_TOKENS,
    /** It was its turn. */
    ROUND_ROBIN;

    /** The value of a metric's tag. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
