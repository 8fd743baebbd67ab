// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which versions devices measure beside the rounds.
 *
 * @param every version whose number is a multiple of it is measured; 1 for each
 * @param devices whose answers a version gets, 1 to 10,000
 * @param within which a device answers before another is asked in its place, 1 s to 1 h; a minute if it is left out
 */
public record EvaluationSettings(
        int every, int devices, @Nullable Duration within) {

    private static final Duration USUAL = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    public EvaluationSettings {
        if (every < 1 || devices < 1 || devices > 10_000) {
            throw new IllegalArgumentException("every of evaluation is 1 or more, devices are 1 to 10000");
        }
        if (within != null && (within.compareTo(SHORTEST) < 0 || within.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("within of evaluation is PT1S to PT1H");
        }
    }

    /** Time that a device has. */
    public Duration patience() {
        return within == null ? USUAL : within;
    }

    /** Whether a version is measured; the one that a federation began with is not. */
    public boolean measures(long version) {
        return version > 0 && version % every == 0;
    }
}
