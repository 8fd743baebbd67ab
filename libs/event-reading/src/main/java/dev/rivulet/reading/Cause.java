// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.util.Locale;

/** Why a record was parked; a label of metrics. */
public enum Cause {
    /** Its headers or its bytes are no event. */
    MALFORMED,
    /** An event, but none that this topic carries. */
    UNKNOWN_TYPE,
    /** An event of this topic in a later major version. */
    NEWER_SCHEMA,
    /** Larger than the reader takes. */
    TOO_LARGE,
    /** Its effect failed as often as it is tried. */
    EFFECT_FAILED,
    /** Nothing is wrong with it: an earlier record of its key is parked. */
    WAITING;

    /** As headers, JSON and metrics say it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a header says; a word of a later release counts as {@link #MALFORMED}. */
    public static Cause of(String wire) {
        for (Cause cause : values()) {
            if (cause.wire().equals(wire)) {
                return cause;
            }
        }
        return MALFORMED;
    }
}
