// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How well one device found a version to do on its own data.
 *
 * @param device its pseudonym
 * @param examples that it measured with, above 0
 * @param loss mean of the examples, finite
 * @param accuracy 0 to 1; null where there is no such thing
 */
public record Answer(
        long version,
        String device,
        double examples,
        double loss,
        @Nullable Double accuracy,
        Instant at) {

    public Answer {
        if (version < 1 || !(examples > 0) || !Double.isFinite(examples) || !Double.isFinite(loss)) {
            throw new IllegalArgumentException("an answer has a version, examples above 0 and a finite loss");
        }
        if (accuracy != null && !(accuracy >= 0 && accuracy <= 1)) {
            throw new IllegalArgumentException("an accuracy is 0 to 1");
        }
    }
}
