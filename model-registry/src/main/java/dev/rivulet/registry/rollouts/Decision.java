// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.rollouts.analysis.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * Who decided what for which reason, and the numbers it was taken on.
 *
 * @param by a person's name, or {@link #ITSELF}
 * @param reason for people, at most 1,000 characters
 * @param evidence what was compared, if anything was
 * @param fleet what replicas told, if that was the reason
 */
public record Decision(
        String by,
        String reason,
        @Nullable Evidence evidence,
        @Nullable Fleet fleet) {

    /** The registry, by what it saw. */
    public static final String ITSELF = "registry";

    private static final int LONGEST = 1000;

    public Decision {
        reason = reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason;
    }

    /** A person's. */
    public static Decision of(String by, String reason) {
        return new Decision(by, reason, null, null);
    }

    static Decision on(Evidence evidence, String reason) {
        return new Decision(ITSELF, reason, evidence, null);
    }

    static Decision on(Fleet fleet, String reason) {
        return new Decision(ITSELF, reason, null, fleet);
    }
}
