// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import java.time.Duration;

/**
 * What one rendering may spend.
 *
 * @param steps expressions and statements evaluated, and 32 characters or list entries handled count as one, 1 to 1e9
 * @param depth nesting of expressions, statements and macro calls, 1 to 1000
 * @param time wall-clock time, positive
 * @param characters length of the output and of any text on the way, 1 to 1e9
 */
public record TemplateLimits(int steps, int depth, Duration time, int characters) {

    /** Ample for a thousand messages. */
    public static final TemplateLimits DEFAULT = new TemplateLimits(2_000_000, 200, Duration.ofSeconds(2), 8 << 20);

    public TemplateLimits {
        check("steps", steps, 1_000_000_000);
        check("depth", depth, 1000);
        check("characters", characters, 1_000_000_000);
        if (!time.isPositive()) {
            throw new IllegalArgumentException("time must be positive, was " + time);
        }
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be 1 to " + most + ", was " + value);
        }
    }
}
