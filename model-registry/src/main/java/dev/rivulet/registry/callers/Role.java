// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import java.util.Locale;

/** What a caller may do; each of them may also read. */
public enum Role {
    /** Reads. */
    READER,
    /** Brings models, versions and their files in, and describes them. */
    PUBLISHER,
    /** Sets aliases, asks for stages, runs rollouts, removes, collects, rotates keys, and reads the audit. */
    OPERATOR,
    /** Decides on stages that others asked for. */
    APPROVER;

    /** As settings and answers spell it. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
