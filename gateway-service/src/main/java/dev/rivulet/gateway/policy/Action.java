// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import java.util.Locale;

/** What becomes of a text that a filter finds something in. */
enum Action {
    /** It passes, and the answer says so. */
    FLAG,
    /** What was found is replaced. */
    REDACT,
    /** A request is refused; an answer ends before what was found. */
    BLOCK;

    /** As in headers and metrics. */
    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
