// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.catalogue;

/** Whether a value may be published. */
public sealed interface Verdict {

    record Good() implements Verdict {}

    /** @param reason what is wrong and how to mend it; never the value */
    record Refused(String reason) implements Verdict {}
}
